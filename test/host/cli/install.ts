import { ensureInstalled } from '../install';
import { ensureBrowser } from '../installedBrowser';
import { main } from '../main';

main(async () => {
  const host = await ensureInstalled();
  console.log(`VS Code ${host.version}: ${host.folder}`);
  const browser = await ensureBrowser();
  console.log(`Browser: ${browser.executablePath}`);
});

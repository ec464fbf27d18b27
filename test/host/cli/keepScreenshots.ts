import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../main';

/** Takes pictures of the last end-to-end run over into the README's folder: `keepScreenshots.js name…`. */
main(async () => {
  const names = process.argv.slice(2);
  if (names.length === 0)
    throw new Error('Name the pictures of artifacts/screenshots/ to keep, without .png.');
  const folder = join('media', 'screenshots');
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    copyFileSync(join('artifacts', 'screenshots', `${name}.png`), join(folder, `${name}.png`));
    console.log(join(folder, `${name}.png`));
  }
});

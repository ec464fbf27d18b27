import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { main } from '../main';

/** Takes pictures of the last end-to-end run over, for the README and the walkthrough: `keepScreenshots.js name…`. */
main(async () => {
  const names = process.argv.slice(2);
  if (names.length === 0)
    throw new Error(
      'Name the pictures of artifacts/screenshots/ and artifacts/drawings/ to keep, without their endings.',
    );
  for (const name of names) {
    const drawing = join('artifacts', 'drawings', `${name}.svg`);
    const [from, folder] = existsSync(drawing)
      ? [drawing, join('media', 'walkthrough')]
      : [join('artifacts', 'screenshots', `${name}.png`), join('media', 'screenshots')];
    mkdirSync(folder, { recursive: true });
    copyFileSync(from, join(folder, basename(from)));
    console.log(join(folder, basename(from)));
  }
});

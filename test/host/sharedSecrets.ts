import type { BrowserContext } from 'playwright-core';

/**
 * What keeps secrets in a page, made to look at the shared place each time. On a desktop all windows of a profile share
 * one store; a page reads it once, when it is loaded, and never hears what another page stores.
 */
const EDITS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [
    /async get\((\w+)\)\{return\(await this\.secretsPromise\)\[\1\]\}/,
    'async get($1){return(await(this.secretsPromise=this.load()))[$1]}',
  ],
  [
    /async set\((\w+),(\w+)\)\{let (\w+)=await this\.secretsPromise;(.{0,80}?)this\.save\(\)\}/,
    'async set($1,$2){let $3=await(this.secretsPromise=this.load());$4await this.save()}',
  ],
];

/** Makes all pages of a browser profile share their secrets, as the windows of a desktop VS Code do. */
export async function shareSecrets(context: BrowserContext): Promise<void> {
  await context.route('**/vs/code/browser/workbench/workbench.js', async (route) => {
    const response = await route.fetch();
    let code = await response.text();
    for (const [pattern, replacement] of EDITS) {
      if (!pattern.test(code))
        throw new Error(`This VS Code keeps its secrets in another way: no ${pattern}.`);
      code = code.replace(pattern, replacement);
    }
    await route.fulfill({ response, body: code });
  });
}

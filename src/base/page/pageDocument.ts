/**
 * Pages that VS Code shows in an editor tab: safe markup, and the document around it. A page has next to no script: it asks,
 * and what is done about it is decided outside of it. Nothing here knows what is shown.
 */
import { languageTag } from '../words/l10n';
import { type Html, html } from './html';

/** What a page consists of. */
export interface Page {
  title: string;
  /** CSS beside that of every page. */
  style: string;
  body: Html;
}

/** The whole document. `nonce` is what its one style and its one script are known by. */
export function pageDocument({ title, style, body }: Page, nonce: string): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>${html`<html lang="${languageTag()}"><head><meta charset="utf-8"><title>${title}</title>
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">`}
    <style nonce="${nonce}">${commonStyle}${style}</style></head>
    <body>${body}
    <script nonce="${nonce}">${script}</script></body></html>`;
}

// A button asks for what its `data-ask` says; a message replaces what is inside of one element by other markup of ours.
const script = `const vscode = acquireVsCodeApi();
addEventListener('click', ({ target }) => {
  const button = target.closest('button[data-ask]');
  if (button) vscode.postMessage({ ask: button.dataset.ask, of: button.dataset.of });
});
addEventListener('message', ({ data }) => {
  const element = document.getElementById(data.id);
  if (element) element.innerHTML = data.html;
});
vscode.postMessage({ ask: 'ready' });`;

/** The colors are the theme's own, so that light, dark and high contrast need no rule but that for borders. */
const commonStyle = `
body { color: var(--vscode-foreground); background: var(--vscode-editor-background); font: var(--vscode-font-size, 13px) var(--vscode-font-family, sans-serif); padding: 0 20px 40px; }
main { max-width: 1080px; margin: 0 auto; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px; }
.buttons { display: flex; flex-wrap: wrap; gap: 6px; }
h1 { font-size: 1.6em; font-weight: 600; }
h2 { font-size: 1.1em; font-weight: 600; margin: 28px 0 8px; }
button { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); border-radius: 3px; padding: 4px 10px; font: inherit; cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.note { color: var(--vscode-descriptionForeground); }
`;

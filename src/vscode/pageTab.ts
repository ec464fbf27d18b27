import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What a page asks for. It is a page, so it is not believed to ask for what is offered. */
export interface Ask {
  ask: string;
  /** What it is about, where the page has several things of a kind. */
  of?: string | undefined;
}

interface PageTabDeps {
  id: string;
  title: string;
  asked: (ask: Ask) => Promise<void>;
  /** Told that the tab was closed. */
  closed?: () => void;
  errors: { show(error: unknown): void };
}

/** An editor tab for a page of ours (`base/page/`), made when it is first asked for. Nothing from outside gets into it. */
export class PageTab implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;

  constructor(private readonly deps: PageTabDeps) {}

  dispose(): void {
    this.panel?.dispose();
  }

  get isOpen(): boolean {
    return this.panel !== undefined;
  }

  open(): void {
    this.panel ??= this.create();
    this.panel.reveal();
  }

  /** Shows another document, where the tab is still there. */
  show(document: (nonce: string) => string): void {
    if (this.panel) this.panel.webview.html = document(randomBytes(16).toString('hex'));
  }

  /** Shows other markup inside of one element of the page. */
  replace(id: string, html: string): void {
    void this.panel?.webview.postMessage({ id, html });
  }

  private create(): vscode.WebviewPanel {
    const { id, title, asked, closed, errors } = this.deps;
    const options = { enableScripts: true, localResourceRoots: [], enableFindWidget: true };
    const panel = vscode.window.createWebviewPanel(id, title, vscode.ViewColumn.Active, options);
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const { ask, of } = (message ?? {}) as { [member in keyof Ask]?: unknown };
      if (typeof ask !== 'string') return;
      asked({ ask, of: typeof of === 'string' ? of : undefined }).catch((error: unknown) =>
        errors.show(error),
      );
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      closed?.();
    });
    return panel;
  }
}

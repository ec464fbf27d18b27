/**
 * The editor tab that shows what chats cost: the page of `usage/page/`, with what the history, the accounts and the catalog
 * know. It reads the history when it is opened, and nothing before.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError, systemCodeOf } from '../../base/errors';
import type { Catalog } from '../../kiro/account/catalog';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import { leftOf, totalOf } from '../../kiro/account/usage/credits';
import { Calendar } from '../../usage/calendar';
import { recentMs } from '../../usage/page/creditsByModel';
import { type UsagePage, usageDocument, usageRest } from '../../usage/page/usagePage';
import { csvOf, jsonOf } from '../../usage/usageExport';
import type { KeptTurns, UsageHistory } from '../../usage/usageHistory';
import { usageViewWords } from '../messages/usageWords';
import { type Ask, PageTab } from '../pageTab';

export interface UsageViewDeps {
  accounts: Pick<AccountStore, 'read'>;
  catalog: Pick<Catalog, 'list'>;
  limits: Pick<Limits, 'get'>;
  history: Pick<UsageHistory, 'read'>;
  errors: { show(error: unknown): void };
  /** The folder that an export is offered to be saved in. */
  homedir: string;
  /** Epoch milliseconds. */
  now: () => number;
}

/** One editor tab, made when it is first asked for. */
export class UsageView implements vscode.Disposable {
  private readonly tab: PageTab;

  constructor(private readonly deps: UsageViewDeps) {
    this.tab = new PageTab({
      id: 'kiroModels.usage',
      title: usageViewWords.title,
      asked: (ask) => this.asked(ask),
      errors: deps.errors,
    });
  }

  dispose(): void {
    this.tab.dispose();
  }

  /** Shows the tab with what is known now. Throws KiroError `storage` where the accounts cannot be read. */
  async open(): Promise<void> {
    this.tab.open();
    await this.draw();
  }

  private async draw(): Promise<void> {
    const { history, now } = this.deps;
    const recent = await history.read(now() - recentMs);
    const page = await this.pageOf(recent.turns.length > 0 ? recent : await history.read());
    this.tab.show((nonce) => usageDocument(page, nonce));
  }

  private async drawRest(): Promise<void> {
    const rest = usageRest(await this.pageOf(await this.deps.history.read()));
    for (const [id, part] of Object.entries(rest)) this.tab.replace(id, part);
  }

  private async pageOf(kept: KeptTurns): Promise<UsagePage> {
    const { accounts, catalog, limits, now } = this.deps;
    const stored = await accounts.read();
    const active = stored.accounts.find(({ id }) => id === stored.activeId);
    const names = new Map(
      stored.accounts.flatMap((account) => catalog.list(account).models.map(({ id, name }) => [id, name])),
    );
    const labels = new Map(stored.accounts.map(({ id, label }) => [id, label]));
    const credits = active && limits.get(active)?.credits;
    return {
      ...{ ...kept, now: now(), calendar: new Calendar() },
      labelOf: (id) => labels.get(id) ?? usageViewWords.removedAccount,
      nameOf: (id) => names.get(id) ?? id,
      limits: credits && {
        ...{ accountId: active.id, left: leftOf(credits), limit: totalOf(credits)?.limit },
        resetsAt: credits.resetsAt,
      },
    };
  }

  private async asked({ ask }: Ask): Promise<void> {
    if (ask === 'refresh') await this.draw();
    if (ask === 'ready') await this.drawRest();
    if (ask === 'csv' || ask === 'json') await this.export(ask);
  }

  private async export(form: 'csv' | 'json'): Promise<void> {
    const uri = await vscode.window.showSaveDialog({
      ...usageViewWords.dialog,
      defaultUri: vscode.Uri.file(join(this.deps.homedir, `kiro-usage.${form}`)),
      filters: form === 'csv' ? { CSV: ['csv'] } : { JSON: ['json'] },
    });
    if (!uri) return;
    const { turns } = await this.deps.history.read();
    try {
      await writeFile(uri.fsPath, form === 'csv' ? csvOf(turns) : jsonOf(turns));
    } catch (cause) {
      throw new KiroError('storage', { reason: 'usage-not-saved', detail: systemCodeOf(cause), cause });
    }
    void vscode.window.showInformationMessage(usageViewWords.exported(uri.fsPath));
  }
}

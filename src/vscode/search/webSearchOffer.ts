import * as vscode from 'vscode';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { PerAccountCache, type Store } from '../../kiro/account/perAccountCache';
import type { SearchRight, WebSearch } from '../../kiro/search/webSearch';
import type { ErrorReporter } from '../errorReporter';
import { SearchTool } from './searchTool';

const tool = 'kiro_web_search';

export interface WebSearchOfferDeps {
  accounts: AccountStore;
  search: () => Promise<WebSearch>;
  store: Store;
  /** Epoch milliseconds. */
  now: () => number;
  errors: ErrorReporter;
}

/** Offers web search only while the active account is known to have it. */
export class WebSearchOffer implements vscode.Disposable {
  private readonly rights: PerAccountCache<SearchRight>;
  private readonly subscriptions: { dispose(): void }[];
  private isOffered = false;

  constructor(private readonly deps: WebSearchOfferDeps) {
    const { accounts, search, store, now, errors } = deps;
    const reportFailure = (error: unknown) => errors.note(error);
    this.rights = new PerAccountCache({
      ...{ store, now, reportFailure },
      key: 'kiroModels.searchRights.1',
      read: async ({ id }, signal) => (await search()).right({ accountId: id, signal }),
      maxAgeMs: 24 * 60 * 60 * 1000,
    });
    const { rights } = this;
    const show = () => void this.look('known').catch(reportFailure);
    this.subscriptions = [
      vscode.lm.registerTool(tool, new SearchTool({ accounts, search, rights, errors })),
      accounts.onDidChange(show),
      rights.onDidChange(show),
    ];
    show();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** A chat was answered: a reason to ask whether its account may search, where that is not known or old. */
  async afterChat(): Promise<void> {
    await this.look('asked');
  }

  private async look(how: 'known' | 'asked'): Promise<void> {
    const { rights } = this;
    const { accounts, activeId } = await this.deps.accounts.read();
    await rights.keepOnly(accounts.map(({ id }) => id));
    const account = accounts.find(({ id }) => id === activeId);
    const right = account && (how === 'asked' ? rights.get(account) : rights.peek(account));
    const isOffered = right === 'yes';
    if (isOffered === this.isOffered) return;
    this.isOffered = isOffered;
    await vscode.commands.executeCommand('setContext', 'kiroModels.canSearch', isOffered);
  }
}

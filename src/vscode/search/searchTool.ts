/**
 * Web search as a tool of the chat: this module runs it, `webSearchOffer.ts` beside it says when it is there. What is asked of
 * the service stands in `kiro/search`.
 */
import * as vscode from 'vscode';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError } from '../../base/errors';
import type { PerAccountCache } from '../../kiro/account/perAccountCache';
import { forModel, searchText } from '../../kiro/search/searchText';
import { disabledReason, type SearchRight, type WebSearch } from '../../kiro/search/webSearch';
import type { ErrorReporter } from '../errorReporter';
import { searchWords } from '../messages/beside/searchSentences';

/** What a model gives it. */
interface SearchInput {
  query?: unknown;
}

export interface SearchToolDeps {
  accounts: Pick<AccountStore, 'active'>;
  search: () => Promise<Pick<WebSearch, 'search'>>;
  rights: Pick<PerAccountCache<SearchRight>, 'remember'>;
  errors: Pick<ErrorReporter, 'forChat'>;
}

/** Searches the web for a model, in the name of the active account. */
export class SearchTool implements vscode.LanguageModelTool<SearchInput> {
  constructor(private readonly deps: SearchToolDeps) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<SearchInput>) {
    const query = queryIn(input);
    return {
      invocationMessage: searchWords.searching(query),
      pastTenseMessage: searchWords.searched(query),
      confirmationMessages: { title: searchWords.question, message: searchWords.cost(query) },
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<SearchInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const query = queryIn(input);
    if (query === '') return resultOf(forModel.noQuery);
    const controller = new AbortController();
    const cancelled = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    try {
      const results = await this.search(query, controller.signal);
      return resultOf(results.length === 0 ? forModel.nothing(query) : searchText(query, results));
    } catch (error) {
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      throw error instanceof KiroError ? this.deps.errors.forChat(error) : error;
    } finally {
      cancelled.dispose();
    }
  }

  private async search(query: string, signal: AbortSignal) {
    const { accounts, search, rights } = this.deps;
    const account = await accounts.active();
    try {
      return await (await search()).search(query, { accountId: account?.id, signal });
    } catch (error) {
      if (!account || !(error instanceof KiroError) || error.reason !== disabledReason) throw error;
      // With that, it is not offered again, so that a person is told once.
      await rights.remember(account, 'disabled');
      const sentence = searchWords.disabled(account.label);
      void vscode.window.showInformationMessage(sentence);
      throw new Error(sentence, { cause: error });
    }
  }
}

const queryIn = ({ query }: SearchInput) => (typeof query === 'string' ? query.trim().slice(0, 1000) : '');

const resultOf = (text: string) =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);

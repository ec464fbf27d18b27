/**
 * The provider of VS Code's chat: the models it lists, what it hands over, and what it gets back, in VS Code's own types.
 */
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { accountCalled } from '../../accounts/label';
import { AccountSnapshot } from '../../accounts/storage/accountSnapshot';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { sleep } from '../../base/async';
import type { Catalog } from '../../kiro/account/catalog';
import { cheapest } from '../../kiro/account/models';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import type { ErrorReporter } from '../errorReporter';
import { noSuchAccountSentence } from '../messages/errorSentences';
import { type CreditLevel, levelOf } from '../messages/usageWords';
import type { ChatAnswers } from './chatAnswers';
import type { ListOptions, RequestOptions } from './hostApi';
import { type KiroModel, modelInformation } from './modelInformation';
import { ProviderGroups } from './providerGroups';

export interface ChatProviderDeps {
  accounts: AccountStore;
  catalog: Catalog;
  limits: Pick<Limits, 'keepOnly' | 'figures' | 'onDidChange'>;
  errors: ErrorReporter;
  memento: vscode.Memento;
  /** Starts the way to a first account. Called only where the host allows questions to the person. */
  addAccount: () => Promise<void>;
  /** What answers, which is loaded for the first chat. */
  answers: () => Promise<ChatAnswers>;
}

/** How long a listing waits for accounts that are being read, in milliseconds. */
const patienceMs = 1000;

/** What the editor's chat talks to: the models of the accounts, and their answers. */
export class ChatProvider implements vscode.LanguageModelChatProvider<KiroModel>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.changed.event;
  private readonly subscriptions: { dispose(): void }[];
  private readonly accounts: AccountSnapshot;
  private shown = '';
  private readonly shownLevels = new Map<string, { account: Account; level: CreditLevel }>();
  private readonly place: ProviderGroups;

  constructor(private readonly deps: ChatProviderDeps) {
    this.accounts = new AccountSnapshot({
      read: () => deps.accounts.read(),
      patience: () => sleep(patienceMs),
      // The status bar says so.
      reportFailure: (error) => deps.errors.note(error),
    });
    this.place = new ProviderGroups(deps.memento, () => this.changed.fire());
    this.subscriptions = [
      this.place,
      deps.accounts.onDidChange(() => this.accountsChanged()),
      deps.catalog.onDidChange(() => this.changed.fire()),
      deps.limits.onDidChange(() => this.limitsChanged()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** A group that names an account lists that one's models; the active account's are listed where `ProviderGroups` says. */
  async provideLanguageModelChatInformation(options: ListOptions): Promise<KiroModel[]> {
    let document = await this.accounts.get();
    if (document.accounts.length === 0 && !options.silent) {
      await this.deps.addAccount();
      document = (await this.accounts.refresh()) ?? document;
    }
    const { accounts, activeId } = document;
    const named = options.configuration?.['account'];
    if (typeof named === 'string' && named.trim() !== '') {
      const account = accountCalled(named, accounts);
      if (!account && accounts.length > 0) throw new Error(noSuchAccountSentence(named));
      return this.modelsOf(account, 'named', accounts);
    }
    const listsHere = options.configuration ? this.place.listsInGroup() : this.place.listsWithoutGroup();
    if (!listsHere) return [];
    return this.modelsOf(
      accounts.find(({ id }) => id === activeId),
      'active',
      accounts,
    );
  }

  async provideLanguageModelChatResponse(
    model: KiroModel,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: RequestOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const shown = this.shownLevels.get(model.accountId);
    // The host lists models whenever it likes; a person who chats is a reason to ask whether the list is still true.
    if (shown) this.deps.catalog.list(shown.account);
    const answers = await this.deps.answers();
    await answers.give({ model, messages, options }, progress, token);
  }

  async provideTokenCount(
    model: KiroModel,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    return (await this.deps.answers()).countTokens(model, text);
  }

  /** The active account's model with this id, or the cheapest that will do. Undefined where there is none. */
  async modelFor(id?: string): Promise<KiroModel | undefined> {
    const { accounts, activeId } = await this.accounts.get();
    const active = accounts.find((account) => account.id === activeId);
    const models = this.modelsOf(active, 'active', accounts);
    const wanted = id ?? cheapest(models.map(({ model }) => model))?.id;
    return models.find((model) => model.id === wanted);
  }

  private modelsOf(
    account: Account | undefined,
    follows: KiroModel['follows'],
    accounts: readonly Account[],
  ): KiroModel[] {
    if (!account) return [];
    const level = this.levelOf(account);
    this.shownLevels.set(account.id, { account, level });
    return modelInformation(this.deps.catalog.known(account), account, { accounts, follows, level });
  }

  private levelOf(account: Account): CreditLevel {
    return levelOf(this.deps.limits.figures(account).subscription?.credits);
  }

  /** Each turn changes a figure; the picker shows how little is left, which changes twice a month. */
  private limitsChanged(): void {
    const shown = [...this.shownLevels.values()];
    if (shown.some(({ account, level }) => this.levelOf(account) !== level)) this.changed.fire();
  }

  private async keepOnly(accounts: readonly Account[]): Promise<void> {
    const { catalog, limits, errors } = this.deps;
    const ids = accounts.map(({ id }) => id);
    await Promise.all([catalog.keepOnly(ids), limits.keepOnly(ids)]).catch((error: unknown) =>
      errors.note(error),
    );
  }

  private accountsChanged(): void {
    void this.accounts.refresh().then(async (document) => {
      // What cannot be read may be back in a moment, and wants its models then.
      if (document) await this.keepOnly(document.accounts);
      // A refreshed token is a change of the document, but none that the picker shows.
      const shown = JSON.stringify([
        document?.activeId,
        document?.accounts.map(({ id, label, email, profileArn }) => [id, label, email, profileArn]),
      ]);
      if (shown === this.shown) return;
      this.shown = shown;
      this.changed.fire();
    });
  }
}

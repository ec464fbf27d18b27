/**
 * The provider of VS Code's chat: the models it lists, what it hands over, and what it gets back, in VS Code's own types.
 */
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { accountCalled } from '../../accounts/label';
import { AccountSnapshot } from '../../accounts/storage/accountSnapshot';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { orAborted, SingleFlight, sleep } from '../../base/async';
import { KiroError } from '../../base/errors';
import { aliasesOf, modelCalled } from '../../kiro/account/aliases';
import type { Catalog } from '../../kiro/account/catalog';
import { cheapest, type Model, recommended } from '../../kiro/account/models';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import type { ErrorReporter } from '../errorReporter';
import { noSuchAccountSentence } from '../messages/errorSentences';
import { notAModel } from '../messages/newcomerSentences';
import { type CreditLevel, levelOf } from '../messages/usageWords';
import type { ChatAnswers } from './chatAnswers';
import { isTurnOfChat } from './conversationId';
import type { ListOptions, RequestOptions } from './hostApi';
import { aliasInformation, type KiroModel, lackedInformation, modelInformation } from './modelInformation';
import { ProviderGroups } from './providerGroups';
import { type ListedModel, type SetupModel, setupModel } from './setupModel';

export interface ChatProviderDeps {
  accounts: AccountStore;
  catalog: Catalog;
  limits: Pick<Limits, 'keepOnly' | 'figures' | 'onDidChange'>;
  errors: ErrorReporter;
  memento: vscode.Memento;
  /** The person's own names for models. */
  aliases: () => Readonly<Record<string, string>>;
  /** Starts the way to a first account. Called only where the host allows questions to the person. */
  addAccount: () => Promise<void>;
  /** What answers, which is loaded for the first chat. */
  answers: () => Promise<ChatAnswers>;
}

/** How long a listing waits for accounts that are being read, in milliseconds. */
const patienceMs = 1000;

/** What the editor's chat talks to: the models of the accounts, and their answers. */
export class ChatProvider implements vscode.LanguageModelChatProvider<ListedModel>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.changed.event;
  private readonly subscriptions: { dispose(): void }[];
  private readonly accounts: AccountSnapshot;
  private shown = '';
  private readonly shownLevels = new Map<string, { account: Account; level: CreditLevel }>();
  /** Each model that some account has had since the window opened: it may be the one that is picked. */
  private readonly everKnown = new Map<string, Model>();
  private readonly place: ProviderGroups;
  private readonly setups = new SingleFlight<void>();
  /** Questions to the entry which leads to an account get here. */
  private isSetupOffered = false;
  /** A turn goes on that began with that entry. */
  private isSetupAnswering = false;

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
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('kiroModels.aliases')) this.changed.fire();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** A group that names an account lists that one's models; the active account's are listed where `ProviderGroups` says. */
  async provideLanguageModelChatInformation(options: ListOptions): Promise<ListedModel[]> {
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
      return this.withAliases(this.modelsOf(account, 'named', accounts));
    }
    const listsHere = options.configuration ? this.place.listsInGroup() : this.place.listsWithoutGroup();
    const active = listsHere ? accounts.find(({ id }) => id === activeId) : undefined;
    const models = this.withAliases(this.modelsOf(active, 'active', accounts));
    const lacked = active ? this.lackedBy(active, models, accounts) : [];
    return [...models, ...lacked, ...this.setupEntry(options, accounts)];
  }

  private withAliases(listed: KiroModel[]): KiroModel[] {
    const models = listed.map(({ model }) => model);
    return [...listed, ...aliasInformation(aliasesOf(models, this.deps.aliases()), listed)];
  }

  /**
   * From now on, the entry that leads to an account is listed while there is none. To be called once the chat is prepared:
   * before, a question to the entry would end at a GitHub sign-in.
   */
  offerSetup(): void {
    this.isSetupOffered = true;
    this.changed.fire();
  }

  /** Always in the one place: the host waits for good for the model of a question that comes while the entry moves. */
  private setupEntry({ configuration }: ListOptions, accounts: readonly Account[]): SetupModel[] {
    const isSelectable = this.isSetupOffered && this.accounts.isKnown && accounts.length === 0;
    if (configuration || !(isSelectable || this.isSetupAnswering)) return [];
    return [setupModel({ isSelectable })];
  }

  async provideLanguageModelChatResponse(
    listed: ListedModel,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: RequestOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const isInChat = isTurnOfChat(options);
    // Whoever asks a model now has seen the end of the turn that began without one.
    if (listed.model && isInChat) this.setSetupAnswering(false);
    const model = listed.model ? listed : await this.setUp(isInChat, token);
    const shown = this.shownLevels.get(model.accountId);
    // The host lists models whenever it likes; a person who chats is a reason to ask whether the list is still true.
    if (shown) this.deps.catalog.list(shown.account);
    const answers = await this.deps.answers();
    await answers.give({ model, messages, options }, progress, token);
  }

  async provideTokenCount(
    listed: ListedModel,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    return (await this.deps.answers()).countTokens(listed.model?.id ?? listed.id, text);
  }

  /**
   * Leads a person who asks in the chat to an account, and gives the model that answers then. Only there: an extension
   * that asks whatever model it finds, or VS Code itself for a title, must not open a question out of the blue. Throws an
   * error that is a sentence for the person, or a CancellationError.
   */
  private async setUp(isInChat: boolean, token: vscode.CancellationToken): Promise<KiroModel> {
    if (!isInChat) throw vscode.LanguageModelError.NotFound(notAModel);
    const { accounts } = await this.accounts.get();
    if (accounts.length === 0) await this.addAccountUnlessStopped(token);
    const model = await this.firstModel();
    if (!model) throw this.deps.errors.forChat(new KiroError('signed-out', { reason: 'no-account' }));
    this.setSetupAnswering(true);
    return model;
  }

  private async addAccountUnlessStopped(token: vscode.CancellationToken): Promise<void> {
    const controller = new AbortController();
    const stop = () => controller.abort(new vscode.CancellationError());
    const stopped = token.onCancellationRequested(stop);
    if (token.isCancellationRequested) stop();
    try {
      // Two chats that ask at the same time get one list of the ways to sign in.
      const adding = this.setups.run('', () => this.deps.addAccount());
      await orAborted(adding, controller.signal);
      await this.accounts.refresh();
    } finally {
      stopped.dispose();
    }
  }

  /** The model of the active account that a person begins with who has chosen none. */
  private async firstModel(): Promise<KiroModel | undefined> {
    const { accounts, activeId } = await this.accounts.get();
    const active = accounts.find(({ id }) => id === activeId);
    const models = this.modelsOf(active, 'active', accounts);
    const first = recommended(models.map(({ model }) => model));
    return models.find(({ id }) => id === first?.id);
  }

  private setSetupAnswering(isAnswering: boolean): void {
    if (this.isSetupAnswering === isAnswering) return;
    this.isSetupAnswering = isAnswering;
    this.changed.fire();
  }

  /** The active account's model of this id or alias, or the cheapest that will do. Undefined where there is none. */
  async modelFor(id?: string): Promise<KiroModel | undefined> {
    const { accounts, activeId } = await this.accounts.get();
    const active = accounts.find((account) => account.id === activeId);
    const listed = this.modelsOf(active, 'active', accounts);
    const models = listed.map(({ model }) => model);
    const wanted = id === undefined ? cheapest(models) : modelCalled(id, models, this.deps.aliases());
    return listed.find((model) => model.id === wanted?.id);
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

  /** What other accounts have, or the active one has had, and now it has not. */
  private lackedBy(active: Account, listed: readonly KiroModel[], accounts: readonly Account[]): KiroModel[] {
    const lists = accounts.map((account) => this.deps.catalog.known(account));
    // Of the offline list, nobody knows which ones an account has.
    const models = lists.flatMap(({ models, source }) => (source === 'live' ? models : []));
    for (const model of models) this.everKnown.set(model.id, model);
    const context = { accounts, follows: 'active', level: this.levelOf(active) } as const;
    return lackedInformation([...this.everKnown.values()], listed, active, context);
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

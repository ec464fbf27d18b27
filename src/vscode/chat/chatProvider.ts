/**
 * The provider of VS Code's chat: the models it lists, what it hands over, and what it gets back, in VS Code's own types.
 */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { accountCalled } from '../../accounts/label';
import type { Failover } from '../../accounts/selection/failover';
import { AccountSnapshot } from '../../accounts/storage/accountSnapshot';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { sleep } from '../../base/async';
import { KiroError } from '../../base/errors';
import type { Catalog } from '../../kiro/account/catalog';
import { alternativeTo, cheapest, type Model } from '../../kiro/account/models';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import type { KiroClient } from '../../kiro/chat/client';
import type { ChatRequest, ReplyPart } from '../../kiro/chat/conversation';
import { CutCalls } from '../../kiro/chat/response/cutCalls';
import type { Calibration } from '../../kiro/tokenCount/calibration';
import { estimateMessage } from '../../kiro/tokenCount/messageTokens';
import { estimateTokens } from '../../kiro/tokenCount/tokens';
import type { Turn } from '../../usage/turn';
import type { ErrorReporter } from '../errorReporter';
import { noSuchAccountSentence } from '../messages/errorSentences';
import { type CreditLevel, levelOf } from '../messages/usageWords';
import { Delivery } from './delivery';
import type { ListOptions, RequestOptions } from './hostApi';
import { effortProperty, type KiroModel, modelInformation } from './modelInformation';
import { takesOffer } from './modelOffer';
import { ProviderGroups } from './providerGroups';
import { fromRequestContent, fromRequestMessages, fromRequestTools } from './requestMessages';
import { TurnWatcher, type WatchedTurn } from './turnWatcher';

export interface ChatProviderDeps {
  accounts: AccountStore;
  catalog: Catalog;
  limits: Pick<Limits, 'keepOnly' | 'figures' | 'onDidChange'>;
  client: Pick<KiroClient, 'chat'>;
  failover: Failover;
  calibration: Calibration;
  errors: ErrorReporter;
  memento: vscode.Memento;
  /** Settles when a request of this account may start. Throws KiroError `quota` where the person wants none now. */
  admit: (accountId: string, signal: AbortSignal) => Promise<void>;
  /** Told of each turn that had a reply, or the beginning of one. */
  onTurn: (turn: Turn) => void;
  /** Epoch milliseconds. */
  now: () => number;
  /** Starts the way to a first account. Called only where the host allows questions to the person. */
  addAccount: () => Promise<void>;
}

/** A request on its way. */
interface Asked {
  options: RequestOptions;
  delivery: Delivery;
  signal: AbortSignal;
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
  private readonly cutCalls = new CutCalls();
  private readonly turns: TurnWatcher;
  private readonly place: ProviderGroups;

  constructor(private readonly deps: ChatProviderDeps) {
    this.accounts = new AccountSnapshot({
      read: () => deps.accounts.read(),
      patience: () => sleep(patienceMs),
      // The status bar says so.
      reportFailure: (error) => deps.errors.note(error),
    });
    this.turns = new TurnWatcher(deps.now, deps.onTurn);
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
    const controller = new AbortController();
    const cancelled = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    const delivery = new Delivery(progress);
    const request = chatRequest(model, messages, options);
    try {
      await this.deps.admit(model.accountId, controller.signal);
      await this.answerOrOffer(model, request, { options, delivery, signal: controller.signal });
    } catch (error) {
      await delivery.arrived(controller.signal);
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      if (!(error instanceof KiroError)) throw error;
      throw this.deps.errors.forChat(error);
    } finally {
      cancelled.dispose();
    }
  }

  /** The active account's model with this id, or the cheapest that will do. Undefined where there is none. */
  async modelFor(id: string | undefined): Promise<KiroModel | undefined> {
    const { accounts, activeId } = await this.accounts.get();
    const active = accounts.find((account) => account.id === activeId);
    const models = this.modelsOf(active, 'active', accounts);
    const wanted = id ?? cheapest(models.map(({ model }) => model))?.id;
    return models.find((model) => model.id === wanted);
  }

  /** A question besides the chats, and the text of its reply as it comes. Throws KiroError. */
  async *ask(model: KiroModel, question: string, signal: AbortSignal): AsyncGenerator<string> {
    const request: ChatRequest = {
      modelId: model.id,
      system: '',
      messages: [{ role: 'user', content: [{ kind: 'text', text: question }] }],
      tools: [],
    };
    await this.deps.admit(model.accountId, signal);
    const turn = this.turns.begin(request, { toolMode: vscode.LanguageModelChatToolMode.Auto });
    try {
      for await (const part of this.reply(request, model, turn, signal)) {
        turn.see(part);
        if (part.kind === 'text') yield part.text;
      }
    } finally {
      turn.end();
    }
  }

  /** Where the model is overloaded, a click has another one answer, in the same place. */
  private async answerOrOffer(model: KiroModel, request: ChatRequest, asked: Asked): Promise<void> {
    try {
      await this.answer(model, request, asked);
    } catch (error) {
      if (!(error instanceof KiroError) || error.code !== 'capacity' || asked.delivery.hasReported)
        throw error;
      const other = await this.alternative(model, request);
      if (!other) throw error;
      if (!(await takesOffer(model.name, other.name, asked.signal))) {
        throw this.deps.errors.forChat(error, 'told');
      }
      await this.answer({ ...model, model: other }, { ...request, modelId: other.id }, asked);
    }
  }

  private async answer(model: KiroModel, request: ChatRequest, asked: Asked): Promise<void> {
    const { options, delivery, signal } = asked;
    const turn = this.turns.begin(request, options);
    let isCut = false;
    try {
      for await (const part of this.reply(request, model, turn, signal)) {
        isCut ||= part.kind === 'truncatedCall';
        turn.see(part);
        delivery.report(part);
      }
    } finally {
      turn.end();
    }
    this.countCuts(request.conversationId, isCut);
  }

  /** The model to offer instead; none where nobody waits in a chat, as for a title. */
  private async alternative(picked: KiroModel, { conversationId }: ChatRequest): Promise<Model | undefined> {
    const { accounts } = await this.accounts.get();
    const account = accounts.find(({ id }) => id === picked.accountId);
    if (!account || conversationId === undefined) return undefined;
    return alternativeTo(picked.model, this.deps.catalog.list(account).models);
  }

  /** Asked thousands of times a turn: arithmetic only. */
  async provideTokenCount(
    { model }: KiroModel,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    const estimate =
      typeof text === 'string'
        ? estimateTokens(text)
        : estimateMessage({ content: fromRequestContent(text?.content) });
    return this.deps.calibration.ofPart(model.id, estimate);
  }

  private reply(
    request: ChatRequest,
    picked: KiroModel,
    turn: WatchedTurn,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart> {
    const { client, failover, catalog } = this.deps;
    const { accountId, follows, model } = picked;
    const { modelId, conversationId } = request;
    const modelOf = (account: Pick<Account, 'id' | 'profileArn'>) =>
      account.id === accountId ? model : catalog.variantOf(model, account);
    return failover.reply(
      { modelId, conversationId, accountId, follows },
      (account) => {
        turn.asked(account.id);
        return client.chat(request, modelOf(account), { accountId: account.id, signal });
      },
      signal,
    );
  }

  /** The notice in the answer tells the model to take smaller steps; one that does not listen is stopped. */
  private countCuts(conversationId: string | undefined, isCut: boolean): void {
    if (conversationId === undefined) return;
    if (!isCut) this.cutCalls.whole(conversationId);
    else if (!this.cutCalls.cut(conversationId)) {
      throw new KiroError('truncated', { reason: 'call-cut-repeatedly' });
    }
  }

  private modelsOf(
    account: Account | undefined,
    follows: KiroModel['follows'],
    accounts: readonly Account[],
  ): KiroModel[] {
    if (!account) return [];
    const level = this.levelOf(account);
    this.shownLevels.set(account.id, { account, level });
    return modelInformation(this.deps.catalog.list(account), account, { accounts, follows, level });
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

function chatRequest(
  { model }: KiroModel,
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  options: RequestOptions,
): ChatRequest {
  const effort = options.modelConfiguration?.[effortProperty];
  return {
    modelId: model.id,
    ...fromRequestMessages(messages),
    tools: fromRequestTools(options.tools),
    toolMode: options.toolMode === vscode.LanguageModelChatToolMode.Required ? 'required' : 'auto',
    effort: typeof effort === 'string' ? effort : undefined,
    conversationId: conversationId(options.modelOptions?.['_conversationId']),
  };
}

// The service wants a UUID; the host promises no form.
function conversationId(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value;
  const hex = createHash('sha256').update(value).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

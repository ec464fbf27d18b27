import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { Failover } from '../../accounts/selection/failover';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError } from '../../base/errors';
import type { Catalog } from '../../kiro/account/catalog';
import { alternativeTo, type Model } from '../../kiro/account/models';
import type { KiroClient } from '../../kiro/chat/client';
import type { ChatRequest, ReplyPart } from '../../kiro/chat/conversation';
import { CutCalls } from '../../kiro/chat/response/cutCalls';
import type { Calibration } from '../../kiro/tokenCount/calibration';
import { estimateMessage } from '../../kiro/tokenCount/messageTokens';
import { estimateTokens } from '../../kiro/tokenCount/tokens';
import type { Turn } from '../../usage/turn';
import type { ErrorReporter } from '../errorReporter';
import { conversationIdOf, isTurnOfChat } from './conversationId';
import { Delivery } from './delivery';
import type { RequestOptions } from './hostApi';
import { effortProperty, type KiroModel } from './modelInformation';
import { takesOffer } from './modelOffer';
import { fromRequestContent, fromRequestMessages, fromRequestTools } from './requestMessages';
import { TurnWatcher, type WatchedTurn } from './turnWatcher';

export interface ChatAnswersDeps {
  accounts: Pick<AccountStore, 'read'>;
  catalog: Catalog;
  client: Pick<KiroClient, 'chat'>;
  failover: Failover;
  calibration: Calibration;
  errors: ErrorReporter;
  /** Settles when a request of this account may start. Throws KiroError `quota` where the person wants none now. */
  admit: (accountId: string, signal: AbortSignal) => Promise<void>;
  /** Told of each turn that had a reply, or the beginning of one. */
  onTurn: (turn: Turn) => void;
  /** Epoch milliseconds. */
  now: () => number;
}

/** What the editor asks, in its own types. */
export interface Question {
  model: KiroModel;
  messages: readonly vscode.LanguageModelChatRequestMessage[];
  options: RequestOptions;
}

/** A request on its way. */
interface Asked {
  options: RequestOptions;
  delivery: Delivery;
  signal: AbortSignal;
}

/** The answers to the editor's requests, and what a text of them counts. */
export class ChatAnswers {
  private readonly cutCalls = new CutCalls();
  private readonly turns: TurnWatcher;

  constructor(private readonly deps: ChatAnswersDeps) {
    this.turns = new TurnWatcher(deps.now, deps.onTurn);
  }

  /** Answers a question part by part. Throws an error that is a sentence for the person, or a CancellationError. */
  async give(
    { model, messages, options }: Question,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const controller = new AbortController();
    const cancelled = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    const delivery = new Delivery(progress);
    const request = chatRequest(model, messages, options);
    try {
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

  /** A question besides the chats, and the text of its reply as it comes. Throws KiroError. */
  async *ask(model: KiroModel, question: string, signal: AbortSignal): AsyncGenerator<string> {
    const request: ChatRequest = {
      modelId: model.model.id,
      system: '',
      messages: [{ role: 'user', content: [{ kind: 'text', text: question }] }],
      tools: [],
    };
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

  /** What a text or message counts. Asked thousands of times a turn: arithmetic only. */
  countTokens(modelId: string, text: string | vscode.LanguageModelChatRequestMessage): number {
    const estimate =
      typeof text === 'string'
        ? estimateTokens(text)
        : estimateMessage({ content: fromRequestContent(text?.content) });
    return this.deps.calibration.ofPart(modelId, estimate);
  }

  /** Where the model is overloaded, a click has another one answer, in the same place. */
  private async answerOrOffer(model: KiroModel, request: ChatRequest, asked: Asked): Promise<void> {
    try {
      await this.answer(model, request, asked);
    } catch (error) {
      if (!(error instanceof KiroError) || error.code !== 'capacity' || asked.delivery.hasReported)
        throw error;
      const other = await this.alternative(model, asked.options);
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
  private async alternative(picked: KiroModel, options: RequestOptions): Promise<Model | undefined> {
    const { accounts } = await this.deps.accounts.read();
    const account = accounts.find(({ id }) => id === picked.accountId);
    if (!account || !isTurnOfChat(options)) return undefined;
    return alternativeTo(picked.model, this.deps.catalog.list(account).models);
  }

  private reply(
    request: ChatRequest,
    picked: KiroModel,
    turn: WatchedTurn,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart> {
    const { client, failover, catalog, admit } = this.deps;
    const { accountId, follows, model } = picked;
    const { modelId, conversationId } = request;
    const modelOf = (account: Pick<Account, 'id' | 'profileArn'>) =>
      account.id === accountId ? model : catalog.variantOf(model, account);
    return failover.reply(
      { modelId, conversationId, accountId, follows },
      async (account) => {
        await admit(account.id, signal);
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
}

function chatRequest(
  { model }: KiroModel,
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  options: RequestOptions,
): ChatRequest {
  const effort = options.modelConfiguration?.[effortProperty];
  const said = fromRequestMessages(messages);
  return {
    modelId: model.id,
    ...said,
    tools: fromRequestTools(options.tools),
    toolMode: options.toolMode === vscode.LanguageModelChatToolMode.Required ? 'required' : 'auto',
    effort: typeof effort === 'string' ? effort : undefined,
    conversationId: conversationIdOf(options, said),
  };
}

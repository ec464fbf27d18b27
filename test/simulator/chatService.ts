/** `POST /generateAssistantResponse`: check, find the answer, play it. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { authenticate } from './bearer';
import { checkChat } from './chatRules';
import { accessDenied, httpError, validationError } from './httpErrors';
import type { TokenIssuer } from './issuer';
import type { Limits } from './limits';
import { play, sendReply } from './player';
import type { ReasoningLedger } from './reasoningLedger';
import { type Received, ReceivedChat } from './received';
import { type HttpReply, isRecord } from './reply';
import type { ScriptQueue } from './scriptQueue';
import type { Step } from './steps';
import { spend } from './usage';
import { type Violation, violation } from './violations';

export interface ChatOptions {
  issuer: TokenIssuer;
  ledger: ReasoningLedger;
  limits: Limits;
  scripts: ScriptQueue;
  answer: ((chat: ReceivedChat) => Step[] | undefined) | undefined;
  onChat: (chat: ReceivedChat) => void;
}

export class ChatService {
  constructor(private readonly options: ChatOptions) {}

  async handle(request: Received, response: ServerResponse): Promise<void> {
    const { issuer, ledger, limits, scripts, answer, onChat } = this.options;
    const chat = new ReceivedChat(request);
    const who = authenticate(request, issuer);
    if ('refusal' in who) {
      onChat(chat);
      return sendReply(who.refusal, response);
    }
    const { account } = who;
    chat.violations.push(...checkChat(request, account, ledger, limits));
    onChat(chat);
    const first = chat.violations[0];
    if (first) return sendReply(refusalOf(first), response);
    if (account.chatError) return sendReply(account.chatError, response);
    const hopeless = chat.tools.findIndex(({ name }) => account.hopelessTools.includes(name));
    if (hopeless >= 0) {
      return sendReply(refusalOf(violation('tool-schema', `tools[${hopeless}]`, 'hopeless')), response);
    }

    const steps = scripts.take(chat) ?? answer?.(chat);
    if (!steps) {
      scripts.unscripted.push(chat);
      return sendReply(nothingScripted(), response);
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const watch = ledger.watch();
    await play(steps, response, {
      conversationId: chat.conversationId ?? randomUUID(),
      gone: gone.signal,
      onEvent: (type, payload) => {
        watch(type, payload);
        if (type === 'meteringEvent' && isRecord(payload) && typeof payload['usage'] === 'number') {
          spend(account.usage, payload['usage']);
        }
      },
    });
  }
}

function refusalOf({ rule, reason, message }: Violation): HttpReply {
  if (rule === 'profile-arn-foreign' || rule === 'profile-arn-with-api-key') {
    return accessDenied(message ?? '', reason);
  }
  return validationError(reason, message);
}

function nothingScripted(): HttpReply {
  return httpError({
    status: 500,
    type: 'InternalServerException',
    message: 'The simulator has no answer scripted for this request.',
  });
}

import { Failover } from './accounts/selection/failover';
import { sleep } from './base/async';
import type { Accounts, Selection } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Usage } from './createUsage';
import type { Host } from './host';
import { KiroClient } from './kiro/chat/client';
import { PictureFitter } from './kiro/chat/request/pictures/pictureFitter';
import { ReasoningMemory } from './kiro/chat/request/reasoningMemory';
import { Calibration } from './kiro/tokenCount/calibration';
import { estimateRequest } from './kiro/tokenCount/messageTokens';
import type { KiroHttp } from './kiro/transport/kiroHttp';
import type { AccountNotices } from './vscode/accounts/accountNotices';
import { ChatAnswers } from './vscode/chat/chatAnswers';
import type { UtilityModels } from './vscode/chat/utilityModels';

interface ChatParts {
  selection: Selection;
  usage: Usage;
  notices: Pick<AccountNotices, 'passedOn'>;
  utilityModels: () => Promise<Pick<UtilityModels, 'offerOnce'>>;
}

/** What answers in chat. Loaded for the first request. */
export async function createAnswers(
  host: Host,
  { store }: Accounts,
  { catalog, service }: Kiro,
  { selection, usage, notices, utilityModels }: ChatParts,
): Promise<ChatAnswers> {
  const { errors, now } = host;
  const { http } = await service();
  const calibration = new Calibration(host.context.globalState, (error) => errors.note(error));
  const offer = async () => (await utilityModels()).offerOnce();
  return new ChatAnswers({
    accounts: store,
    catalog,
    client: createClient(host, http, calibration),
    failover: new Failover({
      ...selection,
      onPassedOn: (choice) => notices.passedOn(choice),
      onFailed: (accountId, { code }) => {
        if (code === 'unknown-model') catalog.invalidate(accountId);
      },
      reportFailure: (error) => errors.note(error),
    }),
    calibration,
    errors,
    admit: (accountId, signal) => usage.budget.admit(accountId, signal),
    onTurn: (turn) => {
      usage.onTurn(turn);
      if (turn.kind === 'chat') offer().catch((error: unknown) => errors.note(error));
    },
    now,
  });
}

function createClient(
  { context, log, settings, errors, random }: Host,
  http: KiroHttp,
  calibration: Calibration,
): KiroClient {
  return new KiroClient({
    http,
    timeouts: () => settings.timeouts(),
    resending: () => settings.resending(),
    continuation: {
      mode: () => settings.continuation(),
      onContinued: (tool, credits) =>
        log.info(
          `A call of ${tool} was cut off; the reply so far cost ${credits ?? 'unknown'} credits and goes on.`,
        ),
      onFailed: (error) => errors.note(error),
    },
    sleep,
    random,
    logger: log,
    pictures: new PictureFitter({
      workerFile: context.asAbsolutePath('dist/pictureWorker.js'),
      onUnreadable: (why) => log.warn(`An image could not be made to fit: ${why}`),
    }),
    reasoning: new ReasoningMemory(),
    learn: (request, usage) => calibration.learn(request, usage),
    estimate: (request) => calibration.ofRequest(request.modelId, estimateRequest(request)),
  });
}

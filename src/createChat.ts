import type { HealthRecorder } from './accounts/health';
import { Failover } from './accounts/selection/failover';
import { Rotation } from './accounts/selection/rotation';
import type { AccountStore } from './accounts/storage/accountStore';
import { sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Usage } from './createUsage';
import type { Host } from './host';
import { usedPart } from './kiro/account/usage/credits';
import { KiroClient } from './kiro/chat/client';
import type { Recordings } from './kiro/chat/recording/recording';
import { PictureFitter } from './kiro/chat/request/pictures/pictureFitter';
import { ReasoningMemory } from './kiro/chat/request/reasoningMemory';
import { Calibration } from './kiro/tokenCount/calibration';
import { estimateRequest } from './kiro/tokenCount/messageTokens';
import type { KiroHttp } from './kiro/transport/kiroHttp';
import type { AccountNotices } from './vscode/accounts/accountNotices';
import { ChatAnswers } from './vscode/chat/chatAnswers';
import type { UtilityModels } from './vscode/host/utilityModels';
import { reached } from './vscode/host/walkthrough';
import type { WebSearchOffer } from './vscode/search/webSearchOffer';

interface ChatParts {
  health: HealthRecorder;
  usage: Usage;
  notices: Pick<AccountNotices, 'passedOn'>;
  utilityModels: () => Promise<Pick<UtilityModels, 'offerOnce'>>;
  webSearch: () => Promise<Pick<WebSearchOffer, 'afterChat'>>;
  /** Says what is different in this VS Code. */
  surroundings: () => Promise<void>;
}

/** What answers in chat. Loaded for the first request. */
export async function createAnswers(
  host: Host,
  { store }: Accounts,
  kiro: Kiro,
  { health, usage, notices, utilityModels, webSearch, surroundings }: ChatParts,
): Promise<ChatAnswers> {
  const { errors, now } = host;
  const { catalog, service, recordings } = kiro;
  const [{ http }, kept] = await Promise.all([service(), recordings()]);
  const calibration = new Calibration(host.memento, (error) => errors.note(error));
  const afterChat = async () => {
    await (await webSearch()).afterChat();
    surroundings().catch((error: unknown) => errors.note(error));
    await (await utilityModels()).offerOnce();
  };
  return new ChatAnswers({
    accounts: store,
    catalog,
    client: createClient(host, http, calibration, kept),
    failover: new Failover({
      health,
      rotation: createRotation(host, store, kiro),
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
      if (turn.kind !== 'chat') return;
      reached('answered');
      afterChat().catch((error: unknown) => errors.note(error));
    },
    now,
  });
}

/** Which account answers. */
function createRotation(
  { settings, now }: Host,
  accounts: AccountStore,
  { catalog, limits }: Kiro,
): Rotation {
  return new Rotation({
    accounts,
    strategy: () => settings.accountStrategy(),
    failover: () => settings.failover(),
    offers: (account, modelId) => {
      const { models, source } = catalog.list(account);
      return source === 'live' && models.some(({ id }) => id === modelId);
    },
    used: (account) => usedPart(limits.get(account)?.credits),
    now,
  });
}

function createClient(
  { context, log, settings, errors, random }: Host,
  http: KiroHttp,
  calibration: Calibration,
  recordings: Recordings,
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
    recordings,
    pictures: new PictureFitter({
      workerFile: context.asAbsolutePath('dist/pictureWorker.js'),
      onUnreadable: (why) => log.warn(`An image could not be made to fit: ${why}`),
    }),
    reasoning: new ReasoningMemory(),
    learn: (request, usage) => calibration.learn(request, usage),
    estimate: (request) => calibration.ofRequest(request.modelId, estimateRequest(request)),
  });
}

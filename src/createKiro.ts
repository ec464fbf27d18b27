import { sleep } from './base/async';
import type { Host } from './host';
import { Catalog } from './kiro/account/catalog';
import { Management } from './kiro/account/management';
import { Limits } from './kiro/account/usage/accountLimits';
import { KiroClient } from './kiro/chat/client';
import { PictureFitter } from './kiro/chat/request/pictures/pictureFitter';
import { ReasoningMemory } from './kiro/chat/request/reasoningMemory';
import { Calibration } from './kiro/tokenCount/calibration';
import { estimateRequest } from './kiro/tokenCount/messageTokens';
import { Hosts } from './kiro/transport/hosts';
import { KiroHttp, type KiroHttpDeps } from './kiro/transport/kiroHttp';
import type { SessionSource } from './kiro/transport/session';

export type Transport = ReturnType<typeof createTransport>;
export type Kiro = ReturnType<typeof createKiro>;

/** The way to Kiro's service for any source of sessions. What one of them learns about the hosts, all know. */
export function createTransport({ http, settings, now }: Host) {
  const hosts = new Hosts(() => settings.endpoints());
  return (sessions: SessionSource, findProfile?: KiroHttpDeps['findProfile']) =>
    new KiroHttp({
      ...{ http, hosts, sessions, now },
      shareContent: () => settings.shareContentWithAws(),
      ...(findProfile ? { findProfile } : {}),
    });
}

/** What Kiro's service offers: chat, and what there is to know about an account. */
export function createKiro({ context, log, settings, errors, now, random }: Host, http: KiroHttp) {
  const reportFailure = (error: unknown) => errors.note(error);
  const management = new Management(http);
  const calibration = new Calibration(context.globalState, reportFailure);
  return {
    management,
    calibration,
    catalog: new Catalog(management, context.globalState, now, reportFailure),
    limits: new Limits({
      store: context.globalState,
      read: async ({ id }, signal) => (await management.usageLimits({ accountId: id, signal })).subscription,
      now,
      reportFailure,
    }),
    client: new KiroClient({
      http,
      timeouts: () => settings.timeouts(),
      resending: () => settings.resending(),
      continuation: {
        mode: () => settings.continuation(),
        onContinued: (tool, credits) =>
          log.info(
            `A call of ${tool} was cut off; the reply so far cost ${credits ?? 'unknown'} credits and goes on.`,
          ),
        onFailed: reportFailure,
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
    }),
  };
}

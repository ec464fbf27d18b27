import type { Host } from './host';
import { Management } from './kiro/account/management';
import { WebSearch } from './kiro/search/webSearch';
import { Hosts } from './kiro/transport/hosts';
import { KiroHttp, type KiroHttpDeps } from './kiro/transport/kiroHttp';
import type { SessionSource } from './kiro/transport/session';

export type Transport = ReturnType<typeof createTransport>;
export type Service = ReturnType<typeof createService>;

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

/** What Kiro's service is asked with. Loaded for the first question. */
export function createService(http: KiroHttp) {
  return { http, management: new Management(http), search: new WebSearch(http) };
}

import type { Account } from '../accounts/account';
import { oidcBase } from '../auth/awsSsoOidc';
import { profileRegion } from '../auth/credentials';
import { socialBase } from '../auth/kiroSocial';
import { portalBase } from '../auth/portal';
import { timeLimit } from '../base/async';
import type { Endpoints } from '../base/endpoints';
import { KiroError } from '../base/errors';
import { type Http, networkError } from '../base/http';
import { Hosts, type Service } from '../kiro/transport/hosts';
import { type Check, type Finding, type HostFailure, none, ok, problem } from './examination';

export interface ConnectionDeps {
  http: Http;
  /** Throws KiroError `protocol` for an override that is not safe. */
  endpoints: () => Endpoints;
  /** The account whose hosts are asked; those of a usual one where there is none. */
  active: () => Promise<Account | undefined>;
  /** The region for accounts whose profile does not tell. */
  region: () => string;
  now: () => number;
}

/** What came of asking a host for nothing in particular. */
type Reach = { host: string; ms: number } & ({ why: string } | { offMs: number | undefined });

const answerWithinMs = 10_000;
/** More would have tokens pass for good, or for expired, that are not. */
const mostOffMs = 2 * 60_000;
/** Said by the network itself, which wants a sign-in first. */
const networkSignIn = 511;

/** Each host that is needed, asked without a token, and the clock beside theirs. */
export function connectionChecks(deps: ConnectionDeps): Check[] {
  const asked = new Map<string, Promise<Reach>>();
  const reach = (host: string, signal: AbortSignal) => {
    const reached = asked.get(host) ?? reachHost(host, deps, signal);
    asked.set(host, reached);
    return reached;
  };
  const check = (id: keyof Endpoints): Check => ({
    id,
    run: async (signal) => {
      const hosts = await hostsOf(id, deps);
      const reached = await Promise.all(hosts.map((host) => reach(host, signal)));
      return findingOf(reached, deps.endpoints()[id] !== undefined);
    },
  });
  const clock: Check = {
    id: 'clock',
    run: async (signal) => {
      const hosts = [...(await hostsOf('runtime', deps)), ...(await hostsOf('management', deps))];
      const reached = await Promise.all(hosts.map((host) => reach(host, signal)));
      const offs = reached.flatMap((one) => ('offMs' in one && one.offMs !== undefined ? [one.offMs] : []));
      // The one that is least off took the shortest way.
      const [offMs] = offs.toSorted((one, other) => Math.abs(one) - Math.abs(other));
      if (offMs === undefined) return none({ kind: 'clock-unknown' });
      const fact = { kind: 'clock', offMs } as const;
      return Math.abs(offMs) > mostOffMs ? problem(fact) : ok(fact);
    },
  };
  const services = ['runtime', 'management', 'oidc', 'social', 'portal'] as const;
  return [clock, ...services.map(check)];
}

async function hostsOf(service: keyof Endpoints, deps: ConnectionDeps): Promise<string[]> {
  const endpoints = deps.endpoints();
  // Where the accounts cannot be read, the hosts are those of a usual one.
  const account = await deps.active().catch(() => undefined);
  switch (service) {
    case 'oidc':
      return [oidcBase(account?.grant.kind === 'oidc' ? account.grant.region : 'us-east-1', endpoints)];
    case 'social':
      return [socialBase(endpoints)];
    case 'portal':
      return [portalBase(endpoints)];
    default:
      return serviceHosts(service, endpoints, account, deps.region());
  }
}

function serviceHosts(service: Service, endpoints: Endpoints, account: Account | undefined, region: string) {
  const ofProfile = account?.profileArn && profileRegion(account.profileArn);
  const session = { accountId: '', accessToken: '', region: ofProfile || region };
  return new Hosts(() => endpoints).candidates(service, session);
}

async function reachHost(base: string, deps: ConnectionDeps, signal: AbortSignal): Promise<Reach> {
  const { http, now } = deps;
  const host = new URL(base).host;
  const startedAt = now();
  const limit = timeLimit(answerWithinMs);
  const either = AbortSignal.any([signal, limit]);
  try {
    const headers = { 'user-agent': http.userAgent };
    const response = await http.fetch(`${base}/`, { headers, redirect: 'manual', signal: either });
    const endedAt = now();
    await response.body?.cancel();
    if (response.status === networkSignIn) return { host, ms: endedAt - startedAt, why: '511' };
    const date = Date.parse(response.headers.get('date') ?? '');
    // The date has whole seconds, and was written on the way.
    const offMs = Number.isNaN(date) ? undefined : (startedAt + endedAt) / 2 - date - 500;
    return { host, ms: endedAt - startedAt, offMs };
  } catch (error) {
    signal.throwIfAborted();
    return { host, ms: now() - startedAt, why: whyOf(networkError(error, either)) };
  }
}

function whyOf(failure: unknown): string {
  if (!(failure instanceof KiroError)) throw failure;
  if (failure.reason === 'no-answer') return 'timeout';
  // The platform passes on what a proxy answers in words only.
  for (let cause = failure.cause; cause instanceof Error; cause = cause.cause) {
    if (/^Proxy response \(407\)/.test(cause.message)) return '407';
  }
  return failure.reason ?? 'network';
}

function findingOf(reached: readonly Reach[], isOverride: boolean): Finding {
  const failures: HostFailure[] = reached.flatMap((one) =>
    'why' in one ? [{ host: one.host, why: one.why }] : [],
  );
  const first = reached.find((one) => !('why' in one));
  if (!first) return problem({ kind: 'unreached', isOverride, failures });
  const { host, ms } = first;
  return ok({ kind: 'reached', host, isOverride, ms, others: failures });
}

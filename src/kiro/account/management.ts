/**
 * What the service says of an account, whatever is chatted about: profiles, models and their efforts, plan and credits. This
 * module asks; the others read what comes back and remember it per account.
 */
import * as v from 'valibot';
import { KiroError, scopeOf } from '../../base/errors';
import { parseJson } from '../../base/json';
import { nameFrom } from '../../base/redact';
import { isAmazonHost } from '../transport/hosts';
import type { Asker, Call, KiroHttp } from '../transport/kiroHttp';
import type { Session } from '../transport/session';
import { type Model, parseModelsPage } from './models';
import { type Person, readUsageLimits, type Subscription, UsageLimits } from './usage/usageLimits';

export interface Profile {
  arn: string;
  name: string;
}

// Far above what was seen (2 pages); a service that always names a next page must not keep us for ever.
const maxPages = 20;
/** The only regions with profiles, by the official clients. */
const profileRegions = ['us-east-1', 'eu-central-1'];
const origins = ['KIRO_CLI', 'AI_EDITOR'] as const;

const Profiles = v.object({
  profiles: v.array(v.object({ arn: v.string(), profileName: v.nullish(v.string()) })),
  nextToken: v.nullish(v.string()),
});

/**
 * The service's control plane: what an account may use, and what of it is kept. Everything in this folder is asked rarely,
 * and none of it is about a conversation.
 */
export class Management {
  constructor(private readonly http: KiroHttp) {}

  /** All models of the account. The list depends on plan, profile, region, and on who asks (`origin`). */
  async models(asker: Asker): Promise<Model[]> {
    return await firstAccepted(origins, async (origin) => {
      const models: Model[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < maxPages; page++) {
        const body = await this.read(asker, (host, session) => ({
          method: 'GET',
          path: withQuery(isAmazonHost(host) ? '/ListAvailableModels' : '/List-Available-Models', {
            origin,
            profileArn: session.profileArn,
            nextToken,
          }),
        }));
        const found = parseModelsPage(body);
        models.push(...found.models);
        nextToken = found.nextToken;
        if (!nextToken) break;
      }
      return models;
    });
  }

  /**
   * The profiles the account may use, from every region that has any. None is no failure: AWS Builder ID is refused
   * here and needs none. Throws KiroError only where no region could be asked.
   */
  async profiles(asker: Asker): Promise<Profile[]> {
    const regions = await Promise.allSettled(
      profileRegions.map((region) => this.profilesIn({ ...asker, region })),
    );
    const found = regions.flatMap((region) => (region.status === 'fulfilled' ? [region.value] : []));
    const [failed] = regions.flatMap((region) => (region.status === 'rejected' ? [region.reason] : []));
    if (found.length === 0 && !(failed instanceof KiroError && failed.code === 'forbidden')) throw failed;
    return [...new Map(found.flat().map((profile) => [profile.arn, profile])).values()];
  }

  private async profilesIn(asker: Asker): Promise<Profile[]> {
    const profiles: Profile[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const body = JSON.stringify(nextToken ? { nextToken } : {});
      const text = await this.read(asker, (host) =>
        isAmazonHost(host)
          ? {
              method: 'POST',
              path: '/',
              headers: {
                'content-type': 'application/x-amz-json-1.0',
                'x-amz-target': 'AmazonCodeWhispererService.ListAvailableProfiles',
              },
              body,
            }
          : {
              method: 'POST',
              path: '/List-Available-Profiles',
              headers: { 'content-type': 'application/json' },
              body,
            },
      );
      const found = checked(Profiles, text, 'profiles');
      profiles.push(
        ...found.profiles.map(({ arn, profileName }) => ({ arn, name: nameFrom(profileName ?? arn) })),
      );
      nextToken = found.nextToken ?? undefined;
      if (!nextToken) break;
    }
    return profiles;
  }

  /**
   * Whose the account is, its plan, and what is left of it. Reports disagree on whether a profile must or must not be
   * named: both are tried.
   */
  async usageLimits(asker: Asker): Promise<{ person: Person; subscription: Subscription }> {
    return await firstAccepted(['with-profile', 'without-profile'] as const, async (variant) => {
      const body = await this.read(asker, (host, session) => ({
        method: 'GET',
        path: withQuery(isAmazonHost(host) ? '/getUsageLimits' : '/Get-Usage-Limits', {
          origin: origins[0],
          resourceType: 'CREDIT',
          isEmailRequired: 'true',
          profileArn: variant === 'with-profile' ? session.profileArn : undefined,
        }),
      }));
      return readUsageLimits(checked(UsageLimits, body, 'usage'));
    });
  }

  private async read(asker: Asker, call: (host: string, session: Session) => Call): Promise<string> {
    const signal = AbortSignal.any([asker.signal, AbortSignal.timeout(responseTimeoutMs)]);
    try {
      const opened = await this.http.open('management', { ...asker, signal }, call);
      return await this.http.text(opened, signal);
    } catch (error) {
      if (signal.aborted && !asker.signal.aborted)
        throw new KiroError('timeout', { reason: 'no-answer', cause: error });
      throw error;
    }
  }
}

const responseTimeoutMs = 20_000;

async function firstAccepted<V, T>(variants: readonly V[], ask: (variant: V) => Promise<T>): Promise<T> {
  let rejected: unknown;
  for (const variant of variants) {
    try {
      return await ask(variant);
    } catch (error) {
      if (!(error instanceof KiroError) || (error.status !== 400 && error.status !== 403)) throw error;
      if (scopeOf(error) !== 'request') throw error;
      rejected ??= error;
    }
  }
  throw rejected;
}

function checked<S extends v.GenericSchema>(schema: S, body: string, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, parseJson(body));
  if (result.success) return result.output;
  throw new KiroError('protocol', { reason: what, detail: v.getDotPath(result.issues[0]) ?? 'body' });
}

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${path}?${new URLSearchParams(given)}`;
}

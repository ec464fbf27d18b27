import { KiroError } from '../base/errors';
import { type OidcGrant, registerClient, startDeviceAuthorization } from './awsSsoOidc';
import type { DeviceAuthorization } from './deviceFlow';
import type { AuthCall } from './tokenEndpoint';

/** The regions an Identity Center is looked for in, the likeliest first. */
export const ssoRegions = [
  'us-east-1',
  'eu-west-1',
  'eu-central-1',
  'us-east-2',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'ap-southeast-1',
  'ap-northeast-1',
  'us-west-2',
  'ap-northeast-2',
] as const;

// GovCloud's and China's portals know only the regions of their own partition.
const ownRegions: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.us-gov-home\.awsapps\.com$/, ['us-gov-west-1', 'us-gov-east-1']],
  [/\.home\.awsapps\.cn$/, ['cn-north-1', 'cn-northwest-1']],
];

/** A sign-in that has begun: the region that knows the start URL has given out a code already. */
export interface StartedSignIn {
  client: OidcGrant;
  authorization: DeviceAuthorization;
}

// So many regions are asked at once; each question leaves a client registration behind, so it is not all of them.
const atOnce = 3;

// A region that is silent must not hold up the others for long.
const timeoutMs = 6000;

/**
 * Finds an Identity Center's region by beginning the sign-in in one region after another (in groups of three); the
 * first that takes the start URL wins, and its response is the sign-in to go on with. A region that cannot be reached,
 * is silent, or responds with somebody else's page is passed over. Throws KiroError `bad-request` with reason
 * `unknown-start-url` where every region refused; where some could not be asked, what stopped the first of them; or the
 * signal's reason.
 */
export async function probeSsoRegion(
  startUrl: string,
  call: AuthCall,
  regions: readonly string[] = regionsOf(startUrl),
): Promise<StartedSignIn> {
  const unreached: KiroError[] = [];
  for (let first = 0; first < regions.length; first += atOnce) {
    const group = regions.slice(first, first + atOnce);
    const decided = new AbortController();
    const signal = AbortSignal.any([call.signal, decided.signal]);
    try {
      return await Promise.any(
        group.map((region) => begin(region, startUrl, { ...call, signal, timeoutMs })),
      );
    } catch (error) {
      call.signal.throwIfAborted();
      for (const reason of (error as AggregateError).errors as unknown[]) {
        if (!(reason instanceof KiroError)) throw reason;
        if (!['bad-request', 'login-denied'].includes(reason.code)) unreached.push(reason);
      }
    } finally {
      decided.abort();
    }
  }
  throw unreached[0] ?? new KiroError('bad-request', { reason: 'unknown-start-url' });
}

function regionsOf(startUrl: string): readonly string[] {
  const { hostname } = new URL(startUrl);
  return ownRegions.find(([portal]) => portal.test(hostname))?.[1] ?? ssoRegions;
}

/**
 * Begins a sign-in in one known region: registers a client and asks for a code. Without a start URL it is one with AWS
 * Builder ID. Throws as `registerClient` and `startDeviceAuthorization` do.
 */
export async function begin(
  region: string,
  startUrl: string | undefined,
  call: AuthCall,
): Promise<StartedSignIn> {
  const client = await registerClient(region, call, { startUrl });
  return { client, authorization: await startDeviceAuthorization(client, call) };
}

import { KiroError } from '../base/errors';
import { type OidcGrant, registerClient, startDeviceAuthorization } from './awsSsoOidc';
import type { DeviceAuthorization } from './deviceFlow';
import { type AuthCall, isPassing } from './tokenEndpoint';

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

/** A sign-in that has begun: the region that knows the start URL has given out a code already. */
export interface StartedSignIn {
  client: OidcGrant;
  authorization: DeviceAuthorization;
}

// So many regions are asked at once; each question leaves a client registration behind, so it is not all of them.
const atOnce = 3;

/**
 * Finds an Identity Center's region by beginning the sign-in in one region after another (in groups of three); the
 * first in the list that takes the start URL wins, and its response is the sign-in to go on with. A region that
 * cannot be reached is passed over. Throws KiroError `bad-request` with reason `unknown-start-url` where every region
 * refused; where some could not be asked, what stopped the first of them; or the signal's reason.
 */
export async function probeSsoRegion(
  startUrl: string,
  call: AuthCall,
  regions: readonly string[] = ssoRegions,
): Promise<StartedSignIn> {
  let unreached: KiroError | undefined;
  for (let first = 0; first < regions.length; first += atOnce) {
    const group = regions.slice(first, first + atOnce);
    const outcomes = await Promise.allSettled(group.map((region) => begin(region, startUrl, call)));
    call.signal.throwIfAborted();
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') return outcome.value;
      if (isPassing(outcome.reason)) unreached ??= outcome.reason;
      else if (!isRefusal(outcome.reason)) throw outcome.reason;
    }
  }
  throw unreached ?? new KiroError('bad-request', { reason: 'unknown-start-url' });
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

function isRefusal(error: unknown): boolean {
  return error instanceof KiroError && ['bad-request', 'login-denied'].includes(error.code);
}

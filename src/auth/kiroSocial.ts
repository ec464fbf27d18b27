import * as v from 'valibot';
import type { Endpoints } from '../base/endpoints';
import { KiroError } from '../base/errors';
import type { SocialProvider } from './credentials';
import { type DeviceAuthorization, type DevicePoll, readAuthorization } from './deviceFlow';
import {
  type AuthCall,
  isSuccess,
  postJson,
  type Renewed,
  readBody,
  readRefreshed,
  readTokens,
  signInError,
} from './tokenEndpoint';

/** The providers one can choose to sign in with. */
type ChosenProvider = Exclude<SocialProvider, 'unknown'>;

/** A device authorization at Kiro's own sign-in service. */
interface SocialAuthorization extends DeviceAuthorization {
  provider: ChosenProvider;
  /** Under which of its names the service took us. */
  clientId: string;
}

// The sign-in service of Google and GitHub logins exists in this one region.
const socialHost = 'https://prod.us-east-1.auth.desktop.kiro.dev';

// The service registers nobody: this is its one public client id, and its spelling is reported both ways.
const clientIds = ['Kiro-CLI', 'kiro-cli'] as const;
const lifetimeMs = 300_000;

const text = v.pipe(v.string(), v.nonEmpty());
const polled = v.object({ status: text, identityProvider: v.nullish(v.string()) });

/**
 * Starts a sign-in with Google or GitHub. Throws KiroError `bad-request` where neither client id is taken, `protocol`
 * with the unfit field as reason, `rate-limited`, `server`, `network`, `timeout`, or the signal's reason.
 */
export async function startSocialAuthorization(
  provider: ChosenProvider,
  call: AuthCall,
): Promise<SocialAuthorization> {
  const [first, second] = clientIds;
  try {
    return await startAs(first, provider, call);
  } catch (error) {
    if (!(error instanceof KiroError) || error.code !== 'bad-request') throw error;
    return await startAs(second, provider, call);
  }
}

async function startAs(
  clientId: string,
  provider: ChosenProvider,
  call: AuthCall,
): Promise<SocialAuthorization> {
  const base = socialBase(call.endpoints);
  const body = { clientId, loginProvider: provider };
  const response = await postJson(`${base}/oauth/device/authorization`, body, call);
  if (!isSuccess(response)) throw signInError(response, call.now());
  return { provider, clientId, ...readAuthorization(response, { base, now: call.now(), lifetimeMs }) };
}

/**
 * Asks once whether the person has decided. The response is 200 with a status whatever was decided, so any other
 * response is a passing trouble: KiroError `network`, `timeout`, `rate-limited` or `server`. Otherwise throws `protocol`
 * (reason `status` for one nobody knows), or the signal's reason.
 */
export async function pollSocialToken(
  { provider, clientId, deviceCode }: SocialAuthorization,
  call: AuthCall,
): Promise<DevicePoll> {
  const response = await postJson(
    `${socialBase(call.endpoints)}/oauth/device/poll`,
    { deviceCode, clientId },
    call,
  );
  if (!isSuccess(response)) throw passing(signInError(response, call.now()));
  const { status, identityProvider } = readBody(polled, response);
  switch (status) {
    case 'authorized': {
      const { tokens, profileArn } = readTokens(response, call.now());
      const grant = { kind: 'social', provider: providerNamed(identityProvider) ?? provider } as const;
      return { kind: 'granted', login: { grant, tokens, profileArn } };
    }
    case 'authorization_pending':
      return { kind: 'pending' };
    case 'slow_down':
      return { kind: 'slow-down' };
    case 'expired_token':
      return { kind: 'expired' };
    // The service has no status of its own for a person who declines: the code is simply no longer good.
    case 'invalid_token':
    case 'access_denied':
      return { kind: 'denied' };
    default:
      throw new KiroError('protocol', { status: response.status, reason: 'status' });
  }
}

/**
 * A refresh at Kiro's own sign-in service, for Google and GitHub logins. Throws KiroError `signed-out`,
 * `rate-limited`, `server`, `network`, `timeout`, `protocol`, `bad-request`, or the signal's reason.
 */
export async function refreshSocial(refreshToken: string, call: AuthCall): Promise<Renewed> {
  const response = await postJson(`${socialBase(call.endpoints)}/refreshToken`, { refreshToken }, call);
  return readRefreshed(response, refreshToken, call.now());
}

/**
 * Ends a Google or GitHub login at the service: access and refresh token end at once, for every program that has them.
 * So it is for logins we made ourselves, never for imported ones. Throws KiroError `bad-request`, `rate-limited`,
 * `server`, `network`, `timeout`, or the signal's reason.
 */
export async function logoutSocial(refreshToken: string, call: AuthCall): Promise<void> {
  const response = await postJson(`${socialBase(call.endpoints)}/logout`, { refreshToken }, call);
  if (!isSuccess(response)) throw signInError(response, call.now());
}

function passing(error: KiroError): KiroError {
  return ['bad-request', 'login-denied'].includes(error.code) ? new KiroError('server', error) : error;
}

function providerNamed(name: string | null | undefined): ChosenProvider | undefined {
  const providers: readonly ChosenProvider[] = ['Google', 'Github'];
  return providers.find((provider) => provider.toLowerCase() === name?.toLowerCase());
}

/** The base URL of Kiro's sign-in service for Google and GitHub. */
export function socialBase(endpoints: Endpoints): string {
  return endpoints.social?.replace(/\/+$/, '') || socialHost;
}

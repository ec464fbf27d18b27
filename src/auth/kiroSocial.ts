import { request } from '../base/http';
import { type AuthCall, authTimeoutMs } from './ssoOidc';
import { type Renewed, readTokenAnswer } from './tokenAnswer';

// The sign-in service of Google and GitHub logins exists in this one region.
const socialHost = 'https://prod.us-east-1.auth.desktop.kiro.dev';

/**
 * A refresh at Kiro's own sign-in service, for Google and GitHub logins. Throws KiroError `signed-out`,
 * `rate-limited`, `server`, `network`, `timeout`, `protocol`, `bad-request`, or the signal's reason.
 */
export async function refreshSocial(refreshToken: string, call: AuthCall): Promise<Renewed> {
  const base = call.endpoints.social?.replace(/\/+$/, '') || socialHost;
  const answer = await request(call.http, {
    method: 'POST',
    url: `${base}/refreshToken`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ refreshToken }),
    timeoutMs: authTimeoutMs,
    signal: call.signal,
  });
  return readTokenAnswer(answer, refreshToken, call.now());
}

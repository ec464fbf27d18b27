import { KiroError, needsSignIn } from '../base/errors';
import type { Logger } from '../base/logger';
import { refreshOidc } from './awsSsoOidc';
import type { Login, RefreshCandidate } from './credentials';
import { refreshExternalIdp } from './externalIdp';
import { logoutSocial, refreshSocial } from './kiroSocial';
import type { AuthCall, Renewed } from './tokenEndpoint';

/**
 * New tokens for a login, by the way it was made. Throws KiroError `signed-out` or `registration-expired` where only a
 * new sign-in helps (the service's error code as reason, or `no-refresh-token`, `token-host`, or `spent` for a token that
 * was used up or refused before, which is sent to nobody again), `token-rejected` for an
 * API key, which nothing renews; otherwise a temporary one: `network`, `timeout`, `server`, `rate-limited`,
 * `bad-request`, `protocol`; `storage` where its successor could not be stored; or the signal's reason.
 */
export async function refreshLogin(login: Login, call: AuthCall): Promise<Renewed> {
  const { grant, tokens } = login;
  if (grant.kind === 'apiKey') throw new KiroError('token-rejected', { reason: 'api-key' });
  const { refresh } = tokens;
  if (!refresh) throw new KiroError('signed-out', { reason: 'no-refresh-token' });
  const { spent, prove } = call;
  if (await spent?.has(grant, refresh)) throw new KiroError('signed-out', { reason: 'spent' });
  await prove?.();
  try {
    const renewed = await refreshBy(grant, refresh, call);
    if (renewed.tokens.refresh !== refresh) await spent?.add(grant, refresh, 'used');
    return renewed;
  } catch (error) {
    if (needsSignIn(error)) await spent?.add(grant, refresh, 'refused');
    throw error;
  }
}

function refreshBy(grant: RefreshCandidate['grant'], refresh: string, call: AuthCall): Promise<Renewed> {
  switch (grant.kind) {
    case 'oidc':
      return refreshOidc(grant, refresh, call);
    case 'social':
      return refreshSocial(refresh, call);
    case 'externalIdp':
      return refreshExternalIdp(grant, refresh, call);
  }
}

/**
 * The login behind a refresh token, after a first refresh. A client beside a token does not prove that the token is of
 * that client: some programs register one for Google and GitHub logins, too. So what SSO OIDC rejects for good is tried
 * at Kiro's own service, once. The refresh makes the token invalid for whoever else has it. Throws as `refreshLogin`;
 * where both reject it, what the first said.
 */
export async function redeem(candidate: RefreshCandidate, call: AuthCall): Promise<Login> {
  try {
    return await redeemAs(candidate, call);
  } catch (error) {
    if (candidate.grant.kind !== 'oidc' || !needsSignIn(error)) throw error;
    const social = { ...candidate, grant: { kind: 'social', provider: 'unknown' } } as const;
    try {
      return await redeemAs(social, call);
    } catch (second) {
      throw needsSignIn(second) ? error : second;
    }
  }
}

/**
 * The login of a pasted refresh token, which without its client can only be a Google or GitHub one. Throws KiroError
 * `import-failed` with reason `needs-client` where it is not (or not any more), otherwise as `redeem`.
 */
export async function redeemPasted(refresh: string, call: AuthCall): Promise<Login> {
  try {
    return await redeem({ grant: { kind: 'social', provider: 'unknown' }, refresh }, call);
  } catch (cause) {
    if (!needsSignIn(cause)) throw cause;
    throw new KiroError('import-failed', { reason: 'needs-client', cause });
  }
}

async function redeemAs(candidate: RefreshCandidate, call: AuthCall): Promise<Login> {
  const { grant, refresh, profileArn, email } = candidate;
  const stale = { grant, tokens: { access: '', refresh, expiresAt: 0 } };
  const renewed = await refreshLogin(stale, call);
  return { grant, tokens: renewed.tokens, profileArn: renewed.profileArn ?? profileArn, email };
}

/**
 * Ends a login at the service, where the service has a way to: Google and GitHub logins. Only for logins of our own. The
 * person is signed out here either way, so a failure is no more than a line in the log.
 */
export async function revokeLogin({ grant, tokens }: Login, call: AuthCall, logger: Logger): Promise<void> {
  if (grant.kind !== 'social' || !tokens.refresh) return;
  try {
    await logoutSocial(tokens.refresh, call);
  } catch (error) {
    if (!(error instanceof KiroError)) throw error;
    logger.warn(`A login could not be ended at the service (${error.message}).`);
  }
}

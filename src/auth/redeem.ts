import type { AuthCall } from './authCall';
import type { Login, RefreshCandidate } from './credentials';
import { refreshLogin } from './refresh';
import { isPermanent } from './refreshFailure';

/**
 * The login behind a refresh token, after a first refresh. A client beside a token does not prove that the token is of
 * that client: some programs register one for Google and GitHub logins, too. So what SSO OIDC refuses for good is tried
 * at Kiro's own service, once. Throws as `refreshLogin`; where both refuse, what the first said.
 */
export async function redeem(candidate: RefreshCandidate, call: AuthCall): Promise<Login> {
  try {
    return await redeemAs(candidate, call);
  } catch (error) {
    if (candidate.grant.kind !== 'oidc' || !isPermanent(error)) throw error;
    const social = { ...candidate, grant: { kind: 'social', provider: 'unknown' } } as const;
    try {
      return await redeemAs(social, call);
    } catch (second) {
      throw isPermanent(second) ? error : second;
    }
  }
}

async function redeemAs(candidate: RefreshCandidate, call: AuthCall): Promise<Login> {
  const { grant, refresh, profileArn, email } = candidate;
  const stale = { grant, tokens: { access: '', refresh, expiresAt: 0 } };
  const renewed = await refreshLogin(stale, call);
  return { grant, tokens: renewed.tokens, profileArn: renewed.profileArn ?? profileArn, email };
}

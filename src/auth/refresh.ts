import { KiroError } from '../base/errors';
import type { AuthCall } from './authCall';
import type { Login } from './credentials';
import { refreshExternalIdp } from './externalIdp';
import { refreshSocial } from './kiroSocial';
import { refreshOidc } from './ssoOidc';
import type { Renewed } from './tokenAnswer';

export { isPermanent } from './refreshFailure';
export type { AuthCall, Renewed };

/**
 * New tokens for a login, by the way it was made. Throws KiroError `signed-out` or `registration-expired` where only a
 * new sign-in helps (the service's error code as reason, or `no-refresh-token`, `token-host`), `token-rejected` for an
 * API key, which nothing renews; otherwise a temporary one: `network`, `timeout`, `server`, `rate-limited`,
 * `bad-request`, `protocol`; or the signal's reason.
 */
export async function refreshLogin(login: Login, call: AuthCall): Promise<Renewed> {
  const { grant, tokens } = login;
  if (grant.kind === 'apiKey') throw new KiroError('token-rejected', { reason: 'api-key' });
  if (!tokens.refresh) throw new KiroError('signed-out', { reason: 'no-refresh-token' });
  switch (grant.kind) {
    case 'oidc':
      return await refreshOidc(grant, tokens.refresh, call);
    case 'social':
      return await refreshSocial(tokens.refresh, call);
    case 'externalIdp':
      return await refreshExternalIdp(grant, tokens.refresh, call);
  }
}

/** Whether a refresh of this login can be tried at all; one that cannot is used to the very end of its token. */
export function isRenewable({ grant, tokens }: Login): boolean {
  return grant.kind !== 'apiKey' && tokens.refresh !== undefined;
}

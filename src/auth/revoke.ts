import { KiroError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { AuthCall } from './authCall';
import type { Login } from './credentials';
import { logoutSocial } from './kiroSocial';

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

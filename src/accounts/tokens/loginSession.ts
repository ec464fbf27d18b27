import { builderIdProfileArn, isBuilderId, type Login, profileRegion } from '../../auth/credentials';
import { KiroError } from '../../base/errors';
import type { Session, SessionSource } from '../../kiro/transport/session';

/**
 * What a request needs to know of a login. The service lives in the profile's region, which is not the SSO region;
 * without a profile it is the default one. An API key goes without a profile: the service refuses one beside it.
 */
export function sessionOf(
  accountId: string,
  { grant, tokens, profileArn }: Login,
  defaultRegion: string,
): Session {
  const arn = grant.kind === 'apiKey' ? undefined : profileArn;
  return {
    accountId,
    accessToken: tokens.access,
    tokenType:
      grant.kind === 'apiKey' ? 'API_KEY' : grant.kind === 'externalIdp' ? 'EXTERNAL_IDP' : undefined,
    region: (arn && profileRegion(arn)) || defaultRegion,
    profileArn: arn,
    fallbackProfileArn: isBuilderId(grant) ? builderIdProfileArn : undefined,
  };
}

/** The one session of a login that is no account (yet), to ask the service whose it is. It is never refreshed. */
export class LoginSession implements SessionSource {
  constructor(
    private readonly login: Login,
    private readonly region: string,
  ) {}

  async current({ rejected }: { rejected?: string | undefined }): Promise<Session> {
    if (rejected === this.login.tokens.access)
      throw new KiroError('token-rejected', { reason: 'not-an-account' });
    return sessionOf('not-an-account', this.login, this.region);
  }
}

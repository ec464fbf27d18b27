import { type PortalBrowser, portalLogin } from '../../auth/portal';
import type { AuthCall } from '../../auth/tokenEndpoint';
import { organizationProgress } from '../messages/signInDialogs';
import { openSignInPage } from './browser';
import type { ReceiveLogin } from './deviceSignIn';
import { cancellable } from './progress';

export interface OrganizationSignInDeps {
  /** Shows the notice of the first sign-in; false where the person declines. */
  acceptNotice: () => Promise<boolean>;
  authCall: (signal: AbortSignal) => AuthCall;
  browser: Omit<PortalBrowser, 'open'>;
}

/** The sign-in through an organization's own identity provider, which begins on Kiro's page and ends on a local port. */
export class OrganizationSignIn {
  constructor(private readonly deps: OrganizationSignInDeps) {}

  /** The whole way. Throws KiroError. */
  async run(receive: ReceiveLogin): Promise<void> {
    const { acceptNotice, authCall, browser } = this.deps;
    if (!(await acceptNotice())) return;
    const login = await cancellable(organizationProgress, (signal) =>
      portalLogin(authCall(signal), { ...browser, open: openSignInPage }),
    );
    await receive(login);
  }
}

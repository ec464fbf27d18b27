import { type PortalBrowser, portalLogin } from '../../auth/portal';
import type { AuthCall } from '../../auth/tokenEndpoint';
import { openPage } from './browser';
import type { ReceiveLogin } from './deviceSignIn';
import { cancellable } from './progress';

/** The sign-in through an organization's own identity provider, which begins on Kiro's page and ends on a local port. */
export class OrganizationSignIn {
  constructor(
    private readonly acceptNotice: () => Promise<boolean>,
    private readonly authCall: (signal: AbortSignal) => AuthCall,
    private readonly outside: Omit<PortalBrowser, 'open'>,
  ) {}

  /** The whole way. Throws KiroError. */
  async run(receive: ReceiveLogin): Promise<void> {
    if (!(await this.acceptNotice())) return;
    const login = await cancellable('Signing in with your organization: go on in the browser…', (signal) =>
      portalLogin(this.authCall(signal), { ...this.outside, open: openPage }),
    );
    await receive(login);
  }
}

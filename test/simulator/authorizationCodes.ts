/** Authorization codes with PKCE, as an identity provider hands them to a browser. */
import { createHash } from 'node:crypto';
import type { SimulatedAccount } from './account';
import type { TokenIssuer } from './issuer';

interface Authorization {
  account: SimulatedAccount;
  clientId: string;
  redirectUri: string;
  challenge: string;
}

export class AuthorizationCodes {
  readonly #byCode = new Map<string, Authorization>();

  constructor(private readonly issuer: TokenIssuer) {}

  issue(authorization: Authorization): string {
    const code = this.issuer.secrets.deviceCode();
    this.#byCode.set(code, authorization);
    return code;
  }

  /** Whose code this is; undefined where it is used, or anything about the request does not fit it. */
  redeem(
    code: string,
    clientId: string,
    redirectUri: string,
    verifier: string,
  ): SimulatedAccount | undefined {
    const authorization = this.#byCode.get(code);
    this.#byCode.delete(code);
    if (!authorization) return undefined;
    const fits =
      authorization.clientId === clientId &&
      authorization.redirectUri === redirectUri &&
      createHash('sha256').update(verifier).digest('base64url') === authorization.challenge;
    return fits ? authorization.account : undefined;
  }
}

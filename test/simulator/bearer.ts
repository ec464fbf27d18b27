/** Who is asking: the access token, and the header that has to come with some of them. */
import type { SimulatedAccount } from './account';
import { tokenRejected } from './httpErrors';
import type { TokenIssuer } from './issuer';
import type { Received } from './received';
import type { HttpReply } from './reply';

/** The account whose token the request carries, or the answer to a bad one. */
export function authenticate(
  request: Received,
  issuer: TokenIssuer,
): { account: SimulatedAccount } | { refusal: HttpReply } {
  const token = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1];
  const account = token === undefined ? undefined : issuer.authenticate(token)?.account;
  if (!account || request.headers['tokentype'] !== account.tokenType) return { refusal: tokenRejected() };
  request.account = account;
  return { account };
}

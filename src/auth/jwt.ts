import * as v from 'valibot';
import { parseJson } from '../base/json';

const claims = v.object({ email: v.optional(v.string()), preferred_username: v.optional(v.string()) });

/**
 * The e-mail address in a JWT's claims, for display and for telling accounts apart; the signature is not checked.
 * Undefined for opaque tokens, which is what every Kiro login but an organization's identity provider has.
 */
export function emailInJwt(token: string): string | undefined {
  const payload = token.split('.')[1];
  if (!payload) return undefined;
  const parsed = v.safeParse(claims, parseJson(Buffer.from(payload, 'base64url').toString('utf8')));
  if (!parsed.success) return undefined;
  return [parsed.output.email, parsed.output.preferred_username].find((name) => name?.includes('@'));
}

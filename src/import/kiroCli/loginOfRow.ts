import { type Grant, type Login, profileRegion, type SocialProvider } from '../../auth/credentials';
import { epochMs } from '../expiry';
import type { Outcome, TokenRow } from './rowShapes';

/** The login of a token whose grant is known already. Problems: `no-refresh-token`, `missing-field`, `bad-region`. */
export function loginOfRow(
  row: TokenRow,
  grant: Grant,
  email?: string | undefined,
): Exclude<Outcome<Login>, { kind: 'absent' }> {
  const refresh = row.refresh_token;
  // An organization's identity provider may hand out no refresh token; every other login dies within hours without one.
  if (!refresh && grant.kind !== 'externalIdp') return { kind: 'problem', reason: 'no-refresh-token' };
  const expiresAt = epochMs(row.expires_at);
  // Without an expiry the token counts as expired: it is refreshed before its first use, where it can be.
  if (expiresAt === undefined && (row.expires_at || !refresh)) {
    return { kind: 'problem', reason: 'missing-field', field: 'expires_at' };
  }
  if (row.profile_arn && !profileRegion(row.profile_arn)) return { kind: 'problem', reason: 'bad-region' };
  return {
    kind: 'ok',
    value: {
      grant,
      tokens: { access: row.access_token, refresh, expiresAt: expiresAt ?? 0 },
      profileArn: row.profile_arn,
      email,
    },
  };
}

/** Scopes written as a list or as one text. */
export function scopeList(scopes: string | readonly string[] | null | undefined): string[] {
  return typeof scopes === 'string' ? scopes.split(/[\s,]+/).filter(Boolean) : [...(scopes ?? [])];
}

/** The provider as the service spells it. */
export function socialProvider(value: string | undefined): SocialProvider {
  switch (value?.toLowerCase()) {
    case 'google':
      return 'Google';
    case 'github':
      return 'Github';
    default:
      return 'unknown';
  }
}

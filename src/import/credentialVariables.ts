import type { Machine } from './paths';

/** The environment variables that may hold a Kiro credential; no general name such as `REFRESH_TOKEN` is ever read. */
export const credentialVariables = ['KIRO_API_KEY', 'KIRO_REFRESH_TOKEN'] as const;

export type CredentialVariable = (typeof credentialVariables)[number];

/** The variable's text as it stands, for `checkApiKey` or `checkPastedToken`; undefined where it is not set or blank. */
export function credentialInEnvironment(
  { env }: Pick<Machine, 'env'>,
  variable: CredentialVariable,
): string | undefined {
  return env[variable]?.trim() || undefined;
}

/**
 * The variables that hold a credential of Kiro. Some gateways use `KIRO_API_KEY` for a password of their own: it counts
 * only where it has a Kiro key's form.
 */
export function variablesWithCredential(machine: Pick<Machine, 'env'>): CredentialVariable[] {
  return credentialVariables.filter((variable) => {
    const text = credentialInEnvironment(machine, variable);
    return text !== undefined && (variable !== 'KIRO_API_KEY' || /^["']?ksk_/.test(text));
  });
}

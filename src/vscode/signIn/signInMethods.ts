/**
 * This folder brings logins here: it asks, shows codes and pages, and makes accounts of what comes back. What is said to a
 * sign-in service stands in `auth/`, how a login is read from this machine in `import/`, and what a person does with
 * accounts that are here already in `vscode/accounts/`.
 */

import { type Grant, isBuilderId } from '../../auth/credentials';
import { t } from '../../base/words/l10n';
import type { DetectedSource } from '../../import/detectSources';
import type { CredentialImport } from './credentialImport';
import type { DeviceSignIn, ReceiveLogin } from './deviceSignIn';
import type { KiroCliImport } from './kiroCliImport';
import type { OrganizationSignIn } from './organizationSignIn';

// The one list of sign-in methods. It takes nothing of VS Code, so that a test can hold the manifest against it.

/** What the methods run. */
export interface SignInFlows {
  device: DeviceSignIn;
  organization: OrganizationSignIn;
  imports: CredentialImport;
  kiroCli: KiroCliImport;
}

/** One way to bring a login here. `package.json` declares its command under the title that `commandTitle` gives. */
export interface SignInMethod {
  command: `kiroModels.${string}`;
  /** Sign-ins are hidden where a site allows imports only. */
  kind: 'sign-in' | 'import';
  icon: string;
  label: string;
  description?: string;
  /** The source on this machine it reads, if any. */
  source?: DetectedSource['kind'];
  /** Whether an account with this grant signs in again this way. */
  signsInAgain?: (grant: Grant) => boolean;
  /** Goes the whole way. `receive` takes a new sign-in's login; `grant` is the one of an account that signs in again. */
  run: (flows: SignInFlows, receive: ReceiveLogin, grant?: Grant) => Promise<void>;
}

export const signInMethods: readonly SignInMethod[] = [
  {
    command: 'kiroModels.signInBuilderId',
    kind: 'sign-in',
    icon: 'account',
    label: 'AWS Builder ID',
    signsInAgain: isBuilderId,
    run: ({ device }, receive) => device.builderId(receive),
  },
  {
    command: 'kiroModels.signInIdentityCenter',
    kind: 'sign-in',
    icon: 'organization',
    label: 'IAM Identity Center…',
    description: t('with your organization’s start URL'),
    signsInAgain: (grant) => grant.kind === 'oidc' && !isBuilderId(grant),
    run: ({ device }, receive, grant) => device.identityCenter(receive, grant),
  },
  {
    command: 'kiroModels.signInGoogle',
    kind: 'sign-in',
    icon: 'globe',
    label: 'Google',
    signsInAgain: (grant) => grant.kind === 'social' && grant.provider !== 'Github',
    run: ({ device }, receive) => device.social('Google', receive),
  },
  {
    command: 'kiroModels.signInGitHub',
    kind: 'sign-in',
    icon: 'github',
    label: 'GitHub',
    signsInAgain: (grant) => grant.kind === 'social' && grant.provider !== 'Google',
    run: ({ device }, receive) => device.social('Github', receive),
  },
  {
    command: 'kiroModels.signInOrganization',
    kind: 'sign-in',
    icon: 'briefcase',
    label: t('Your Organization'),
    description: t('with its own identity provider, such as Entra ID or Okta'),
    signsInAgain: (grant) => grant.kind === 'externalIdp',
    run: ({ organization }, receive) => organization.run(receive),
  },
  {
    command: 'kiroModels.importFromKiroCli',
    kind: 'import',
    source: 'kiro-cli',
    icon: 'terminal',
    label: t('Import from Kiro CLI…'),
    run: ({ kiroCli }) => kiroCli.run(),
  },
  {
    command: 'kiroModels.importFromKiroIde',
    kind: 'import',
    source: 'kiro-ide',
    icon: 'window',
    label: t('Import from Kiro IDE'),
    run: ({ imports }) => imports.kiroIde(),
  },
  {
    command: 'kiroModels.importFromFile',
    kind: 'import',
    icon: 'json',
    label: t('Import from JSON File…'),
    run: ({ imports }) => imports.file(),
  },
  {
    command: 'kiroModels.addApiKey',
    kind: 'import',
    icon: 'key',
    label: t('Add API Key…'),
    signsInAgain: (grant) => grant.kind === 'apiKey',
    run: ({ imports }) => imports.apiKey(),
  },
  {
    command: 'kiroModels.pasteRefreshToken',
    kind: 'import',
    icon: 'clippy',
    label: t('Paste Refresh Token…'),
    run: ({ imports }) => imports.refreshToken(),
  },
];

/** The title of a method's command. */
export function commandTitle({ kind, label }: SignInMethod): string {
  return kind === 'sign-in' ? `Sign In with ${label}` : label;
}

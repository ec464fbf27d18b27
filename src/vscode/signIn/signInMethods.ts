import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { isBuilderId, type Login } from '../../auth/credentials';
import { type DetectedSource, detectSources } from '../../import/detectSources';
import type { Machine } from '../../import/paths';
import type { Settings } from '../settings';
import { addAccount, type SignInMethod } from './addAccount';
import type { CredentialImport } from './credentialImport';
import type { DeviceSignIn } from './deviceSignIn';
import type { KiroCliImport } from './kiroCliImport';
import type { Onboarding } from './onboarding';
import type { OrganizationSignIn } from './organizationSignIn';

/** Every way to bring a login here: together in one picker, and each as a command of its own. */
export class SignInMethods {
  constructor(
    private readonly deviceSignIn: DeviceSignIn,
    private readonly organization: OrganizationSignIn,
    private readonly imports: CredentialImport,
    private readonly kiroCli: KiroCliImport,
    private readonly machine: Machine,
    private readonly settings: Settings,
    private readonly onboarding: Onboarding,
  ) {}

  /** The picker. */
  async addAccount(): Promise<void> {
    await this.onboarding.checkStorage();
    const detected = await detectSources(this.machine, this.settings.kiroCliDatabasePath());
    const allowed = Object.values(this.all()).filter(
      (way) => way.kind === 'import' || this.settings.interactiveLogin(),
    );
    await addAccount(detected, (source) => this.fromSource(source), allowed);
  }

  /** Goes one way. Where the site allows imports only, a sign-in says so instead. */
  async go(name: SignInMethodName): Promise<void> {
    await this.onboarding.checkStorage();
    const way = this.all()[name];
    if (way.kind === 'sign-in' && !this.settings.interactiveLogin()) {
      void vscode.window.showWarningMessage(
        'Signing in is turned off here by the setting kiroModels.login.interactive. Import a login instead.',
      );
      return;
    }
    await way.run();
  }

  /** A fresh sign-in for an account that is here already, by the way it was made. */
  async renew(account: Account): Promise<void> {
    const { deviceSignIn, organization, onboarding } = this;
    const { grant } = account;
    const replace = (login: Login) => onboarding.replace(account, login);
    switch (grant.kind) {
      case 'oidc':
        if (isBuilderId(grant)) return await deviceSignIn.builderId(replace);
        return grant.startUrl
          ? await deviceSignIn.identityCenterAt(grant.startUrl, grant.region, replace)
          : await deviceSignIn.identityCenter(replace);
      case 'social': {
        const provider = grant.provider === 'unknown' ? await askProvider() : grant.provider;
        return provider && (await deviceSignIn.social(provider, replace));
      }
      case 'externalIdp':
        return await organization.run(replace);
      case 'apiKey':
        return await this.imports.apiKey();
    }
  }

  private all(): Record<SignInMethodName, SignInMethod> {
    const { deviceSignIn, organization, imports, kiroCli, onboarding } = this;
    const add = (login: Login) => onboarding.addWithProgress({ login, origin: { kind: 'own' } });
    return {
      builderId: {
        kind: 'sign-in',
        label: '$(account) AWS Builder ID',
        run: () => deviceSignIn.builderId(add),
      },
      identityCenter: {
        kind: 'sign-in',
        label: '$(organization) IAM Identity Center…',
        description: 'with your organization’s start URL',
        run: () => deviceSignIn.identityCenter(add),
      },
      google: { kind: 'sign-in', label: '$(globe) Google', run: () => deviceSignIn.social('Google', add) },
      github: { kind: 'sign-in', label: '$(github) GitHub', run: () => deviceSignIn.social('Github', add) },
      organization: {
        kind: 'sign-in',
        label: '$(briefcase) Your organization',
        description: 'with its own identity provider, such as Entra ID or Okta',
        run: () => organization.run(add),
      },
      kiroCli: {
        kind: 'import',
        source: 'kiro-cli',
        label: '$(terminal) Import from Kiro CLI…',
        run: () => kiroCli.run(),
      },
      kiroIde: {
        kind: 'import',
        source: 'kiro-ide',
        label: '$(window) Import from the Kiro IDE',
        run: () => imports.kiroIde(),
      },
      file: { kind: 'import', label: '$(json) Import from a JSON file…', run: () => imports.file() },
      apiKey: { kind: 'import', label: '$(key) Kiro API key…', run: () => imports.apiKey() },
      refreshToken: {
        kind: 'import',
        label: '$(clippy) Paste a refresh token…',
        run: () => imports.refreshToken(),
      },
    };
  }

  private async fromSource(source: DetectedSource): Promise<void> {
    switch (source.kind) {
      case 'kiro-cli':
        return await this.kiroCli.run();
      case 'kiro-ide':
        return await this.imports.kiroIde();
      case 'environment':
        return await this.imports.environment(source.variable);
    }
  }
}

export type SignInMethodName =
  | 'builderId'
  | 'identityCenter'
  | 'google'
  | 'github'
  | 'organization'
  | 'kiroCli'
  | 'kiroIde'
  | 'file'
  | 'apiKey'
  | 'refreshToken';

async function askProvider(): Promise<'Google' | 'Github' | undefined> {
  const providers = [
    { label: '$(globe) Google', provider: 'Google' as const },
    { label: '$(github) GitHub', provider: 'Github' as const },
  ];
  const picked = await vscode.window.showQuickPick(providers, { title: 'How was this account signed in?' });
  return picked?.provider;
}

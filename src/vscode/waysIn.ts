import * as vscode from 'vscode';
import { type DetectedSource, detectSources } from '../sources/detect';
import type { Machine } from '../sources/paths';
import { addAccount, type WayIn } from './addAccount';
import type { CredentialImport } from './credentialImport';
import type { DeviceSignIn } from './deviceSignIn';
import type { KiroCliImport } from './importKiroCli';
import type { OrganizationSignIn } from './organizationSignIn';
import type { Settings } from './settings';

/** Every way to bring a login here: together in one picker, and each as a command of its own. */
export class WaysIn {
  constructor(
    private readonly deviceSignIn: DeviceSignIn,
    private readonly organization: OrganizationSignIn,
    private readonly imports: CredentialImport,
    private readonly kiroCli: KiroCliImport,
    private readonly machine: Machine,
    private readonly settings: Settings,
  ) {}

  /** The picker. */
  async addAccount(): Promise<void> {
    const detected = await detectSources(this.machine, this.settings.kiroCliDatabasePath());
    const allowed = Object.values(this.all()).filter(
      (way) => way.kind === 'import' || this.settings.interactiveLogin(),
    );
    await addAccount(detected, (source) => this.fromSource(source), allowed);
  }

  /** Goes one way. Where the site allows imports only, a sign-in says so instead. */
  async go(name: WayName): Promise<void> {
    const way = this.all()[name];
    if (way.kind === 'sign-in' && !this.settings.interactiveLogin()) {
      void vscode.window.showWarningMessage(
        'Signing in is turned off here by the setting kiroModels.login.interactive. Import a login instead.',
      );
      return;
    }
    await way.run();
  }

  private all(): Record<WayName, WayIn> {
    const { deviceSignIn, organization, imports, kiroCli } = this;
    return {
      builderId: {
        kind: 'sign-in',
        label: '$(account) AWS Builder ID',
        run: () => deviceSignIn.builderId(),
      },
      identityCenter: {
        kind: 'sign-in',
        label: '$(organization) IAM Identity Center…',
        description: 'with your organization’s start URL',
        run: () => deviceSignIn.identityCenter(),
      },
      google: { kind: 'sign-in', label: '$(globe) Google', run: () => deviceSignIn.social('Google') },
      github: { kind: 'sign-in', label: '$(github) GitHub', run: () => deviceSignIn.social('Github') },
      organization: {
        kind: 'sign-in',
        label: '$(briefcase) Your organization',
        description: 'with its own identity provider, such as Entra ID or Okta',
        run: () => organization.run(),
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

export type WayName =
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

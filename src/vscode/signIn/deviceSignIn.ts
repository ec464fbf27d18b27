import * as vscode from 'vscode';
import { pollDeviceToken } from '../../auth/awsSsoOidc';
import type { Grant, Login, SocialProvider } from '../../auth/credentials';
import {
  type DeviceAuthorization,
  type DevicePoll,
  deviceLogin,
  type LoginTime,
} from '../../auth/deviceFlow';
import { pollSocialToken, startSocialAuthorization } from '../../auth/kiroSocial';
import { begin, probeSsoRegion, type StartedSignIn, ssoRegions } from '../../auth/ssoRegion';
import { checkStartUrl, knownRegion } from '../../auth/startUrl';
import type { AuthCall } from '../../auth/tokenEndpoint';
import { isRegion } from '../../base/endpoints';
import { KiroError } from '../../base/errors';
import {
  builderId,
  deviceWords,
  identityCenter,
  providerName,
  startUrlSentences,
} from '../messages/signInDialogs';
import { copyLink } from '../messages/signInSentences';
import { openSignInPage } from './browser';
import { cancellable } from './progress';

export interface DeviceSignInDeps {
  /** Shows the notice of the first sign-in; false where the person declines. */
  acceptNotice: () => Promise<boolean>;
  authCall: (signal: AbortSignal) => AuthCall;
  time: Omit<LoginTime, 'signal'>;
  /** What the settings say about the person's IAM Identity Center; each may be empty. */
  sso: () => { startUrl: string; region: string };
  /** Remembers the start URL that worked last. */
  memento: vscode.Memento;
}

/** What becomes of a login once it is there: a new account, or another login for one. */
export type ReceiveLogin = (login: Login) => Promise<void>;

/** A sign-in that waits for the person's decision in the browser. */
interface Started {
  authorization: DeviceAuthorization;
  poll: (call: AuthCall) => Promise<DevicePoll>;
}

const lastStartUrlKey = 'kiroModels.lastStartUrl';
const builderIdRegion = 'us-east-1';

/** The sign-ins by device code: they need no port and no redirect, so they work in remote windows too. */
export class DeviceSignIn {
  constructor(private readonly deps: DeviceSignInDeps) {}

  async builderId(receive: ReceiveLogin): Promise<void> {
    await this.signIn(builderId, receive, async (call) =>
      withOidc(await begin(builderIdRegion, undefined, call)),
    );
  }

  async social(provider: Exclude<SocialProvider, 'unknown'>, receive: ReceiveLogin): Promise<void> {
    await this.signIn(providerName(provider), receive, async (call) => {
      const authorization = await startSocialAuthorization(provider, call);
      return { authorization, poll: (again) => pollSocialToken(authorization, again) };
    });
  }

  /** At the start URL of a grant, or at one that is asked for. */
  async identityCenter(receive: ReceiveLogin, grant?: Grant): Promise<void> {
    if (grant?.kind === 'oidc' && grant.startUrl) {
      return await this.identityCenterAt(grant.startUrl, grant.region, receive);
    }
    const { sso, memento } = this.deps;
    const typed = await askStartUrl(sso().startUrl || memento.get(lastStartUrlKey, ''));
    const check = checkStartUrl(typed ?? '');
    if (check.kind === 'invalid') return;
    if (check.kind === 'builder-id') return await this.builderId(receive);
    await this.identityCenterAt(check.startUrl, knownRegion(check, sso()), receive);
    await memento.update(lastStartUrlKey, check.startUrl);
  }

  private async identityCenterAt(
    startUrl: string,
    region: string | undefined,
    receive: ReceiveLogin,
  ): Promise<void> {
    await this.signIn(identityCenter, receive, async (call) =>
      withOidc(await this.beginAt(startUrl, region, call)),
    );
  }

  /** Begins in the region that is known, otherwise in the one that turns out to know the start URL. */
  private async beginAt(
    startUrl: string,
    region: string | undefined,
    call: AuthCall,
  ): Promise<StartedSignIn> {
    if (region) return await begin(region, startUrl, call);
    try {
      return await probeSsoRegion(startUrl, call);
    } catch (error) {
      // Whatever kept the regions from taking the URL: a person may know which one is theirs.
      if (!(error instanceof KiroError)) throw error;
      const named = await askRegion();
      if (named === undefined) throw new vscode.CancellationError();
      return await begin(named, startUrl, call);
    }
  }

  private async signIn(
    method: string,
    receive: ReceiveLogin,
    start: (call: AuthCall) => Promise<Started>,
  ): Promise<void> {
    const { acceptNotice, authCall, time } = this.deps;
    if (!(await acceptNotice())) return;
    const login = await cancellable(deviceWords.progress(method), async (signal, say) => {
      const { authorization, poll } = await start(authCall(signal));
      if (!(await showCode(method, authorization))) throw new vscode.CancellationError();
      say(deviceWords.waiting(authorization.userCode));
      return await deviceLogin(authorization, () => poll(authCall(signal)), { ...time, signal });
    });
    await receive(login);
  }
}

async function askStartUrl(value: string): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: identityCenter,
    prompt: deviceWords.startUrl,
    placeHolder: 'https://my-company.awsapps.com/start',
    value,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const check = checkStartUrl(text);
      return check.kind === 'invalid' && check.reason !== 'empty'
        ? startUrlSentences[check.reason]
        : undefined;
    },
  });
}

function withOidc({ client, authorization }: StartedSignIn): Started {
  return { authorization, poll: (call) => pollDeviceToken(client, authorization, call) };
}

/** Shows the code, and leads to the page where it is approved. False where the person turns away. */
async function showCode(method: string, authorization: DeviceAuthorization): Promise<boolean> {
  const { userCode, verificationUri, verificationUriComplete } = authorization;
  const { code, codeDetail, openBrowser } = deviceWords;
  const chosen = await vscode.window.showInformationMessage(
    code(method, userCode),
    { modal: true, detail: codeDetail(new URL(verificationUri).host) },
    openBrowser,
    copyLink,
  );
  if (chosen === undefined) return false;
  await vscode.env.clipboard.writeText(chosen === openBrowser ? userCode : verificationUriComplete);
  if (chosen === openBrowser) void openSignInPage(verificationUriComplete);
  return true;
}

async function askRegion(): Promise<string | undefined> {
  const { otherRegion: other, region: title } = deviceWords;
  const picked = await vscode.window.showQuickPick([...ssoRegions, other], {
    title,
    placeHolder: deviceWords.whichRegion,
    ignoreFocusOut: true,
  });
  if (picked !== other) return picked;
  const typed = await vscode.window.showInputBox({
    title,
    placeHolder: 'eu-south-1',
    ignoreFocusOut: true,
    validateInput: (text) => (isRegion(text.trim()) ? undefined : deviceWords.noRegion),
  });
  return typed?.trim();
}

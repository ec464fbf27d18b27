/** AWS's own SSO OIDC client, pointed at the simulator, one method per step. */
import {
  CreateTokenCommand,
  type CreateTokenCommandOutput,
  RegisterClientCommand,
  type RegisterClientCommandOutput,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
  type StartDeviceAuthorizationCommandOutput,
} from '@aws-sdk/client-sso-oidc';
import { builderIdStartUrl } from '../simulator/account';
import type { Simulator } from '../simulator/simulator';

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** A registered client, as the official client or the simulator knows it. */
export interface Credentials {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
}

export class OfficialOidc {
  /** It never tries twice, so that every answer is seen as it came. */
  readonly client: SSOOIDCClient;

  constructor(private readonly simulator: Simulator) {
    const endpoint = simulator.endpoints.oidc;
    this.client = new SSOOIDCClient({ endpoint, region: 'us-east-1', maxAttempts: 1 });
  }

  register(): Promise<RegisterClientCommandOutput> {
    return this.client.send(
      new RegisterClientCommand({
        clientName: 'Kiro Models for Chat',
        clientType: 'public',
        scopes: ['codewhisperer:completions', 'codewhisperer:conversations'],
        grantTypes: [deviceGrant, 'refresh_token'],
      }),
    );
  }

  authorize(
    { clientId, clientSecret }: Credentials,
    startUrl = builderIdStartUrl,
  ): Promise<StartDeviceAuthorizationCommandOutput> {
    return this.client.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }));
  }

  poll(
    { clientId, clientSecret }: Credentials,
    { deviceCode }: StartDeviceAuthorizationCommandOutput,
  ): Promise<CreateTokenCommandOutput> {
    return this.client.send(
      new CreateTokenCommand({ clientId, clientSecret, deviceCode, grantType: deviceGrant }),
    );
  }

  refresh(
    { clientId, clientSecret }: Credentials,
    refreshToken: string | undefined,
  ): Promise<CreateTokenCommandOutput> {
    return this.client.send(
      new CreateTokenCommand({ clientId, clientSecret, refreshToken, grantType: 'refresh_token' }),
    );
  }

  /** A whole sign-in, approved at once. */
  async signIn(): Promise<{ registered: RegisterClientCommandOutput; tokens: CreateTokenCommandOutput }> {
    const registered = await this.register();
    const authorization = await this.authorize(registered);
    this.simulator.approveDevice(authorization.userCode ?? '');
    return { registered, tokens: await this.poll(registered, authorization) };
  }
}

/** What one request to the service needs to know of an account. */
export interface Session {
  accountId: string;
  accessToken: string;
  /** Sent as the `TokenType` header; absent for Builder ID, Identity Center and social logins. */
  tokenType?: 'API_KEY' | 'EXTERNAL_IDP' | undefined;
  /** The service's region: that of the profile ARN, never the SSO region. */
  region: string;
  profileArn?: string | undefined;
  /** What to name where the service insists on a profile and the account has none of its own. */
  fallbackProfileArn?: string | undefined;
}

export interface SessionSource {
  /**
   * A session of the named account, or of the active one. `rejected` is an access token the service refused: the
   * session then carries another one, so a caller whose token somebody else already replaced costs nothing.
   * Throws KiroError `signed-out`, `registration-expired`, `network`, `server`, `storage`.
   */
  current(options: {
    accountId?: string | undefined;
    rejected?: string | undefined;
    signal: AbortSignal;
  }): Promise<Session>;
}

/** Everything but chat that a test can make fail. */
export type Operation =
  | 'models'
  | 'profiles'
  | 'usage'
  | 'search-right'
  | 'search'
  | 'register'
  | 'authorize'
  | 'token'
  | 'social-authorize'
  | 'social-poll'
  | 'social-refresh'
  | 'social-logout'
  | 'portal-signin'
  | 'identity-discovery'
  | 'identity-authorize'
  | 'identity-token';

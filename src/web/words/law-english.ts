/** The law of late payment and the account to pay to, in English. */
export const ENGLISH_LAW = {
  bankDoubts: {
    'bad-check-digits': (accounts: string): string => `the check digits of ${accounts} are wrong`,
    'changed-since-last-message': (accounts: string): string =>
      `the last message named another account than the payment details do now (${accounts})`,
    'ledger-differs': (accounts: string): string => `the ledger names an account that is not confirmed (${accounts})`,
    'document-differs': (accounts: string): string =>
      `an invoice’s PDF asks for payment to an account that is not confirmed (${accounts})`,
  },
  bankAdvice:
    'Find out where the account comes from before anything else leaves. If it is yours, add it to the payment details in the settings; if it is not, correct the invoice’s template in the ledger and see who changed it. Then end this hold.',
}

export type LawWords = typeof ENGLISH_LAW

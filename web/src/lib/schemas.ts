/** The API's shapes by their names in the OpenAPI document. Never written by hand. */
import type { components } from '@/api.gen'

type Schemas = components['schemas']

export type UploadAnswer = Schemas['UploadAnswer']
export type Upload = Schemas['Upload']
export type UploadsPage = Schemas['UploadsPage']
export type Billing = Schemas['Billing']
export type BillingsPage = Schemas['BillingsPage']
export type BillingDetail = Schemas['BillingDetail']
export type MailSummary = Schemas['MailSummary']
export type MailboxPage = Schemas['MailboxPage']
export type MailDetail = Schemas['MailDetail']
export type Bounce = Schemas['Bounce']
export type BouncesPage = Schemas['BouncesPage']
export type MailHold = Schemas['MailHold']
export type MailHolds = Schemas['MailHolds']
export type Resent = Schemas['Resent']
export type About = Schemas['About']
export type Problem = Schemas['Problem']

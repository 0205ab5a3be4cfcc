import { stampWithMilliseconds, type Shape } from './shapes.ts'

/** An error as QuickBooks answers it. */
export class QuickBooksFault extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly type: 'ValidationFault' | 'SystemFault'

  constructor(
    status: number,
    code: string,
    message: string,
    detail: string,
    type: QuickBooksFault['type'] = 'ValidationFault',
  ) {
    super(message)
    this.status = status
    this.code = code
    this.detail = detail
    this.type = type
  }

  body(at: Temporal.Instant): Shape {
    const error = { Message: this.message, Detail: this.detail, code: this.code, element: '' }
    return { Fault: { Error: [error], type: this.type }, time: stampWithMilliseconds(at) }
  }
}

/** What the gateway in front of QuickBooks answers: the same idea in lower case, with a time in milliseconds. */
export const gatewayFault = (
  status: number,
  code: string,
  failure: string,
  detail: string,
  type: string,
  at: Temporal.Instant,
): Shape => ({
  warnings: null,
  intuitObject: null,
  fault: {
    error: [
      {
        message: `message=${failure}; errorCode=${code.padStart(6, '0')}; statusCode=${status}`,
        detail,
        code,
        element: null,
      },
    ],
    type,
  },
  report: null,
  queryResponse: null,
  batchItemResponse: [],
  attachableResponse: [],
  syncErrorResponse: null,
  requestId: null,
  time: at.epochMilliseconds,
  status: null,
  cdcresponse: [],
})

export const notFound = (): QuickBooksFault =>
  new QuickBooksFault(
    400,
    '610',
    'Object Not Found',
    'Object Not Found : Something that this request uses was deleted or made inactive.',
  )

export const stale = (): QuickBooksFault =>
  new QuickBooksFault(
    400,
    '5010',
    'Stale Object Error',
    'Stale Object Error : Somebody else changed this record first.',
  )

export const invalidId = (id: string): QuickBooksFault =>
  new QuickBooksFault(400, '2030', 'Invalid ID', `Id should be a valid number. Supplied value:${id}`)

export const unsupported = (what: string): QuickBooksFault =>
  new QuickBooksFault(400, '500', 'Unsupported Operation', `Operation ${what} is not supported.`)

export const unknownProperty = (name: string): QuickBooksFault =>
  new QuickBooksFault(
    400,
    '2010',
    'Request has invalid or unsupported property',
    `Property Name:Unrecognized field "${name}"`,
  )

export const missingProperty = (name: string): QuickBooksFault =>
  new QuickBooksFault(
    400,
    '2020',
    'Required param missing, need to supply the required value for the API',
    `Required parameter ${name} is missing in the request`,
  )

export const tooLong = (name: string, most: number): QuickBooksFault =>
  new QuickBooksFault(
    400,
    '2050',
    'String length specified is not supported',
    `String length is either shorter or longer than supported by specification. Field ${name} Max:${most}`,
  )

export const noSuchEntity = (type: string, id: string): QuickBooksFault =>
  new QuickBooksFault(
    400,
    '6000',
    'A business validation error has occurred while processing your request',
    `Business Validation Error: The entity ${type} ${id} that this is linked to does not exist.`,
  )

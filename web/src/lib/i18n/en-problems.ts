import type { problems as pt } from './pt-problems'

/** What is wrong in the installation's settings, which nobody at the page can mend. */
const setUpProblems = (codes: string[]) =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      {
        title: 'The installation is set up wrong',
        advice: 'Who runs it must mend the data of the beneficiary or of the bank.',
      },
    ]),
  )

export const problems: typeof pt = {
  code: 'Code for support:',
  stale: 'Below are the last data received.',
  unknown: {
    title: 'The request was not accepted',
    advice: 'Try again. If it goes on, contact support with the code below.',
  },
  byCode: {
    NETWORK: {
      title: 'No contact with the server',
      advice: 'Check that the network works and that Cobrança’s server is on; then try again.',
    },
    INTERRUPTED: {
      title: 'The upload was interrupted',
      advice: 'The connection fell before the end. Upload the same file again: nothing is doubled.',
    },
    ANSWER_INVALID: {
      title: 'Unexpected answer',
      advice: 'The API’s address may be wrong. Check the settings and reload the page.',
    },
    UNAUTHORIZED: { title: 'Access denied', advice: 'Enter the API key and try again.' },
    NOT_FOUND: {
      title: 'Not found',
      advice: 'It may have been removed. Go back to the list and refresh.',
    },
    CSV_INVALID: {
      title: 'The file is not a valid CSV',
      advice: 'Save the sheet as CSV (UTF-8 or Windows-1252) and upload it again.',
    },
    NO_HEADER: {
      title: 'The header is missing',
      advice: 'The first line must name the columns: name, governmentId, email, debtAmount, debtDueDate, debtId.',
    },
    MISSING_COLUMNS: {
      title: 'Columns are missing',
      advice: 'Add the missing columns to the first line and upload it again.',
    },
    NO_ROWS: {
      title: 'The file has a header only',
      advice: 'Check that the whole sheet was exported and upload it again.',
    },
    UPLOAD_TOO_LARGE: {
      title: 'The file is too large',
      advice: 'Split it into smaller parts and upload them one by one.',
    },
    STORAGE_FULL: {
      title: 'The server is short of space',
      advice: 'Nothing was stored. Free some disk space and upload it again.',
    },
    UPLOADS_BUSY: {
      title: 'The server is receiving many files',
      advice: 'Nothing was stored. Wait a few seconds and upload it again.',
    },
    CALLS_BUSY: {
      title: 'The server is very busy',
      advice: 'Wait a few seconds and try again. What was stored already is safe.',
    },
    UPLOAD_CUT_OFF: {
      title: 'The upload stopped on its way',
      advice: 'Nothing was stored. Check the connection and upload it again.',
    },
    MEDIA_TYPE_INVALID: {
      title: 'Kind of file not accepted',
      advice: 'Upload a CSV (text) file, not an .xlsx sheet or a .zip.',
    },
    FIELD_INVALID: {
      title: 'One of the values was not accepted',
      advice: 'Check the search and the filters.',
    },
    EMPTY_FILE: {
      title: 'The file is empty',
      advice: 'Check that the sheet was saved with its data and upload it again.',
    },
    NOT_TEXT: {
      title: 'The file is no CSV',
      advice: 'Open it in the spreadsheet, save it as CSV and upload the new file.',
    },
    DUPLICATE_COLUMN: {
      title: 'A column is there twice',
      advice: 'Leave one of them in the first line and upload it again.',
    },
    FILE_MISSING: { title: 'No file came', advice: 'Choose the file again and upload it.' },
    MULTIPART_INVALID: {
      title: 'The upload came broken',
      advice: 'Nothing was stored. Upload the file again.',
    },
    INPUT_INVALID: {
      title: 'One of the values was not accepted',
      advice: 'Check what you typed and try again.',
    },
    PDF_NOT_FOUND: {
      title: 'There is no PDF of this billing',
      advice: 'Its slip has not been issued yet, or the upload was simulated.',
    },
    MAIL_NOT_FOUND: {
      title: 'This e-mail is not kept here',
      advice: 'Only those of the local outbox can be opened; what went to a server or was simulated is not here.',
    },
    CONFLICT: {
      title: 'Not possible now',
      advice: 'The upload has ended or changed. Refresh the page and look again.',
    },
    SMTP_NOT_CONFIGURED: {
      title: 'The mail server is not set up',
      advice: 'Who runs this installation must name the SMTP server.',
    },
    OUR_NUMBERS_EXHAUSTED: {
      title: 'The range of our numbers is used up',
      advice: 'Ask the bank for a new range and set it; then resume the upload.',
    },
    ...setUpProblems([
      'PERMANENT', 'FIELD_MISSING', 'FIELD_UNKNOWN', 'FIELD_LENGTH', 'FIELD_NOT_DIGITS', 'FIELD_NOT_ALLOWED',
    ]),
    HOST_REFUSED: {
      title: 'Address not accepted',
      advice: 'Open Cobrança as 127.0.0.1 or localhost, or set an API key.',
    },
    ORIGIN_REFUSED: {
      title: 'This page may not change anything here',
      advice: 'Open the page at the installation’s address. Who runs it can allow others.',
    },
    METHOD_NOT_ALLOWED: {
      title: 'Page and server do not match',
      advice: 'Reload the page: the server may have been updated.',
    },
    HTTP_ERROR: {
      title: 'Page and server do not match',
      advice: 'Reload the page: the server may have been updated.',
    },
    STALE_FENCE: {
      title: 'Another process has taken this work over',
      advice: 'Refresh the page and look again.',
    },
    UNAVAILABLE: {
      title: 'The database does not answer',
      advice: 'Wait a few seconds and try again. What was stored already is safe.',
    },
    STREAMS_BUSY: {
      title: 'Too many pages are open',
      advice: 'This one asks the server every few seconds until there is room.',
    },
    DOWNLOADS_BUSY: {
      title: 'Too many downloads at once',
      advice: 'Wait a few seconds and download it again.',
    },
    ERROR: {
      title: 'The server failed',
      advice: 'Try again. If it goes on, contact support with the code below and the time.',
    },
    SERVER: {
      title: 'The server failed',
      advice: 'Wait a moment and try again. What was stored already is safe.',
    },
  },
}

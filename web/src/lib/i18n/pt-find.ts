/** What the field says that stands on every page. */
export const searchWords = {
  label: 'Buscar em todos os arquivos',
  placeholder: 'Nome, CPF, e-mail, linha digitável…',
}

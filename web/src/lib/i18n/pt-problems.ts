/** What went wrong, by the API's code: in words, and what to do. */

/** What is wrong, and what to do. */
type Words = [string, string]

/** What is wrong in the installation's settings, which nobody at the page can mend. */
const setUpProblems = (codes: string[]): Record<string, Words> =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      ['A instalação está configurada errada', 'Quem cuida dela precisa corrigir os dados do beneficiário ou do banco.'],
    ]),
  )

export const problems = {
  code: 'Código para o suporte:',
  stale: 'Abaixo estão os últimos dados recebidos.',
  unknown: ['O pedido não foi aceito', 'Tente de novo. Se continuar, procure o suporte com o código abaixo.'] as Words,
  byCode: {
    NETWORK: ['Sem contato com o servidor', 'Confira se a rede funciona e se o servidor da Cobrança está ligado; depois tente de novo.'],
    INTERRUPTED: ['O envio foi interrompido', 'A conexão caiu antes do fim. Envie o mesmo arquivo de novo: nada se repete.'],
    ANSWER_INVALID: ['Resposta inesperada', 'O endereço da API pode estar errado. Confira a configuração e recarregue a página.'],
    UNAUTHORIZED: ['Acesso negado', 'Informe a chave da API e tente de novo.'],
    NOT_FOUND: ['Não encontrado', 'O item pode ter sido removido. Volte à lista e atualize.'],
    CSV_INVALID: ['O arquivo não é um CSV válido', 'Salve a planilha como CSV (UTF-8 ou Windows-1252) e envie de novo.'],
    NO_HEADER: ['Falta o cabeçalho', 'A primeira linha deve trazer os nomes das colunas: nome, CPF/CNPJ, e-mail, valor, vencimento e código da dívida.'],
    MISSING_COLUMNS: ['Faltam colunas', 'Acrescente as colunas que faltam à primeira linha e envie de novo.'],
    NO_ROWS: ['O arquivo só tem o cabeçalho', 'Confira se a planilha foi exportada por inteiro e envie de novo.'],
    UPLOAD_TOO_LARGE: ['Arquivo grande demais', 'Divida-o em partes menores e envie uma por vez.'],
    STORAGE_FULL: ['Falta espaço no servidor', 'Nada foi gravado. Libere espaço em disco e envie de novo.'],
    UPLOADS_BUSY: ['O servidor está recebendo muitos arquivos', 'Nada foi gravado. Espere alguns segundos e envie de novo.'],
    CALLS_BUSY: ['O servidor está muito ocupado', 'Espere alguns segundos e tente de novo. O que já foi gravado está a salvo.'],
    UPLOAD_CUT_OFF: ['O envio parou no meio', 'Nada foi gravado. Verifique a conexão e envie de novo.'],
    MEDIA_TYPE_INVALID: ['Tipo de arquivo não aceito', 'Envie um arquivo CSV ou uma planilha .xlsx, .xls ou .ods.'],
    FIELD_INVALID: ['Um dos valores não foi aceito', 'Confira a busca e os filtros.'],
    EMPTY_FILE: ['O arquivo está vazio', 'Confira se a planilha foi salva com os dados e envie de novo.'],
    NOT_TEXT: ['O arquivo não é um CSV', 'Abra-o na planilha, use “Salvar como” com o tipo CSV e envie o arquivo novo.'],
    NOT_WORKBOOK: ['O arquivo não é uma planilha', 'Se é um .zip, extraia o que há nele; envie o CSV ou a planilha.'],
    WORKBOOK_ENCRYPTED: ['A planilha tem senha', 'Abra-a, retire a senha, salve e envie de novo.'],
    WORKBOOK_KIND: ['Tipo de planilha não aceito', 'Salve-a como pasta de trabalho do Excel (.xlsx) e envie de novo.'],
    WORKBOOK_TOO_LARGE: ['A planilha é pesada demais', 'Apague as outras abas e o que houver longe da tabela, ou salve a aba como CSV, e envie de novo.'],
    WORKBOOK_UNREADABLE: ['A planilha não pôde ser lida', 'Abra-a, salve de novo como .xlsx e envie de novo.'],
    SHEET_UNKNOWN: ['Não há esta aba na planilha', 'Confira o nome da aba e envie de novo.'],
    DUPLICATE_COLUMN: ['Uma coluna aparece duas vezes', 'Deixe só uma delas na primeira linha e envie de novo.'],
    FILE_MISSING: ['Nenhum arquivo chegou', 'Escolha o arquivo de novo e envie-o.'],
    MULTIPART_INVALID: ['O envio chegou quebrado', 'Nada foi gravado. Envie o arquivo de novo.'],
    INPUT_INVALID: ['Um dos valores não foi aceito', 'Confira o que foi digitado e tente de novo.'],
    PDF_NOT_FOUND: ['Não há PDF desta cobrança', 'O boleto ainda não foi emitido, ou o envio foi simulado.'],
    MAIL_NOT_FOUND: ['Este e-mail não está guardado aqui', 'Só os da caixa de saída local podem ser abertos; o que foi a um servidor ou simulado não fica aqui.'],
    CONFLICT: ['Agora não é possível', 'O envio já terminou ou mudou de situação. Atualize a página e confira.'],
    SMTP_NOT_CONFIGURED: ['O servidor de e-mail não está configurado', 'Quem cuida da instalação precisa informar o servidor SMTP.'],
    OUR_NUMBERS_EXHAUSTED: ['A faixa de nosso número acabou', 'Peça uma faixa nova ao banco e informe-a na configuração; depois retome o envio.'],
    ...setUpProblems([
      'PERMANENT', 'FIELD_MISSING', 'FIELD_UNKNOWN', 'FIELD_LENGTH', 'FIELD_NOT_DIGITS', 'FIELD_NOT_ALLOWED',
    ]),
    HOST_REFUSED: ['Endereço não aceito', 'Abra a Cobrança por 127.0.0.1 ou localhost, ou defina uma chave da API.'],
    FORBIDDEN: ['Sem permissão', 'Este acesso não permite isto. Peça a quem cuida da instalação.'],
    SCOPE_MISSING: ['Sem permissão', 'Este acesso não permite isto. Peça a quem cuida da instalação.'],
    BENEFICIARY_REFUSED: ['Outro beneficiário', 'Este acesso não vale para o beneficiário deste item.'],
    TITLE_REFUSED: ['O banco não aceita esta cobrança', 'Um dos dados não cabe no arquivo do banco. Confira-a com quem cuida da instalação.'],
    CNAB_FIELD_INVALID: ['O arquivo do banco tem um valor inválido', 'Confira o arquivo com o banco ou com quem cuida da instalação.'],
    CONNECTIONS_BUSY: ['Há conexões demais com o servidor', 'Espere alguns segundos e tente de novo.'],
    HEAD_TOO_LARGE: ['O pedido não foi aceito', 'O cabeçalho do pedido é grande demais; atualize a página e tente de novo.'],
    HEAD_TOO_SLOW: ['O pedido demorou demais a chegar', 'Confira a rede e tente de novo.'],
    REQUEST_INVALID: ['O pedido não foi aceito', 'Atualize a página e tente de novo.'],
    SEVERAL_FILES: ['Mais de um arquivo no mesmo envio', 'Envie um arquivo de cada vez; nenhum foi recebido.'],
    BOUNCES_BUSY: ['O servidor está lendo devoluções demais', 'Espere alguns segundos e tente de novo.'],
    PEER_REFUSED: ['Só esta máquina é atendida', 'Sem uma chave da API, a Cobrança responde só à máquina em que roda. Quem cuida dela pode definir uma chave.'],
    ORIGIN_REFUSED: ['Esta página não pode fazer mudanças aqui', 'Abra a página pelo endereço da instalação. Quem cuida dela pode aceitar outros endereços.'],
    METHOD_NOT_ALLOWED: ['A página e o servidor não combinam', 'Recarregue a página: o servidor pode ter sido atualizado.'],
    HTTP_ERROR: ['A página e o servidor não combinam', 'Recarregue a página: o servidor pode ter sido atualizado.'],
    STALE_FENCE: ['Outro processo assumiu este trabalho', 'Atualize a página e confira.'],
    UNAVAILABLE: ['O banco de dados não responde', 'Espere alguns segundos e tente de novo. O que já foi gravado está a salvo.'],
    STREAMS_BUSY: ['Há páginas demais abertas', 'Esta consulta o servidor a cada poucos segundos até haver lugar.'],
    DOWNLOADS_BUSY: ['Há downloads demais ao mesmo tempo', 'Espere alguns segundos e baixe de novo.'],
    ERROR: ['O servidor falhou', 'Tente de novo. Se continuar, procure o suporte com o código abaixo e a hora.'],
    SERVER: ['O servidor falhou', 'Espere um momento e tente de novo. O que já foi gravado está a salvo.'],
  } as Partial<Record<string, Words>>,
}

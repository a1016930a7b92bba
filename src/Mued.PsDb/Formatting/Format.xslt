<?xml version="1.0" encoding="utf-8"?>
<!-- Mued.PsDb.Format.ps1xml out of module/views.xml. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output indent="yes" encoding="utf-8"/>
  <xsl:strip-space elements="*"/>

  <xsl:template match="/views">
    <Configuration>
      <ViewDefinitions>
        <xsl:apply-templates select="report | record"/>
      </ViewDefinitions>
    </Configuration>
  </xsl:template>

  <xsl:template match="report | record">
    <xsl:if test="self::report">
      <xsl:call-template name="view">
        <xsl:with-param name="control">
          <CustomControl>
            <CustomEntries>
              <CustomEntry>
                <CustomItem>
                  <ExpressionBinding>
                    <ScriptBlock>
                      <xsl:call-template name="call">
                        <xsl:with-param name="function">Report</xsl:with-param>
                        <xsl:with-param name="arguments">$_, $Host.UI.RawUI.WindowSize.Width</xsl:with-param>
                      </xsl:call-template>
                    </ScriptBlock>
                  </ExpressionBinding>
                </CustomItem>
              </CustomEntry>
            </CustomEntries>
          </CustomControl>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:if>
    <xsl:call-template name="view">
      <xsl:with-param name="control">
        <TableControl>
          <TableHeaders>
            <xsl:apply-templates select="*[@width]" mode="header"/>
          </TableHeaders>
          <TableRowEntries>
            <TableRowEntry>
              <TableColumnItems>
                <xsl:for-each select="*[@width]">
                  <TableColumnItem>
                    <xsl:apply-templates select="."/>
                  </TableColumnItem>
                </xsl:for-each>
              </TableColumnItems>
            </TableRowEntry>
          </TableRowEntries>
        </TableControl>
      </xsl:with-param>
    </xsl:call-template>
    <xsl:call-template name="list"/>
    <!-- What another session gave is no report any more that could be laid out. -->
    <xsl:if test="self::report">
      <xsl:call-template name="list">
        <xsl:with-param name="origin">Deserialized.</xsl:with-param>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <xsl:template name="list">
    <xsl:param name="origin"/>
    <xsl:call-template name="view">
      <xsl:with-param name="origin" select="$origin"/>
      <xsl:with-param name="control">
        <ListControl>
          <ListEntries>
            <ListEntry>
              <ListItems>
                <xsl:for-each select="*[not(@in = 'table')]">
                  <ListItem>
                    <xsl:call-template name="label"/>
                    <xsl:apply-templates select="."/>
                  </ListItem>
                </xsl:for-each>
              </ListItems>
            </ListEntry>
          </ListEntries>
        </ListControl>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="view">
    <xsl:param name="control"/>
    <xsl:param name="origin"/>
    <View>
      <Name>Mued.PsDb.<xsl:value-of select="@type"/></Name>
      <ViewSelectedBy>
        <TypeName><xsl:value-of select="$origin"/>Mued.PsDb.<xsl:value-of select="@type"/></TypeName>
      </ViewSelectedBy>
      <xsl:copy-of select="$control"/>
    </View>
  </xsl:template>

  <xsl:template match="*" mode="header">
    <TableColumnHeader>
      <xsl:call-template name="label"/>
      <xsl:if test="@width != '*'">
        <Width><xsl:value-of select="@width"/></Width>
      </xsl:if>
      <xsl:if test="self::Number | self::Duration | self::Size">
        <Alignment>Right</Alignment>
      </xsl:if>
    </TableColumnHeader>
  </xsl:template>

  <xsl:template name="label">
    <Label>
      <xsl:choose>
        <xsl:when test="@label"><xsl:value-of select="@label"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
      </xsl:choose>
    </Label>
  </xsl:template>

  <xsl:template match="Value | Number">
    <xsl:choose>
      <xsl:when test="contains(., '$') or contains(., '.')">
        <ScriptBlock><xsl:call-template name="expression"/></ScriptBlock>
      </xsl:when>
      <xsl:otherwise>
        <PropertyName><xsl:value-of select="."/></PropertyName>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="Status | Text | Duration | Size | Minute | Time">
    <ScriptBlock>
      <xsl:call-template name="call">
        <xsl:with-param name="function" select="local-name()"/>
        <xsl:with-param name="arguments"><xsl:call-template name="expression"/></xsl:with-param>
      </xsl:call-template>
    </ScriptBlock>
  </xsl:template>

  <xsl:template match="*">
    <xsl:message terminate="yes">module/views.xml: there is no <xsl:value-of select="local-name()"/>.</xsl:message>
  </xsl:template>

  <xsl:template name="call">
    <xsl:param name="function"/>
    <xsl:param name="arguments"/>
    <xsl:value-of select="concat('[Mued.PsDb.Loader.ModuleLoadContext]::View::', $function, '(', $arguments, ')')"/>
  </xsl:template>

  <xsl:template name="expression">
    <xsl:if test="not(contains(., '$'))">$_.</xsl:if>
    <xsl:value-of select="."/>
  </xsl:template>
</xsl:stylesheet>

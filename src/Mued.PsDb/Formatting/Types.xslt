<?xml version="1.0" encoding="utf-8"?>
<!-- Mued.PsDb.Types.ps1xml: a record that goes down the pipeline tells its database by a handle, never by a password. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output indent="yes" encoding="utf-8"/>

  <xsl:template match="/views">
    <Types>
      <xsl:for-each select="report | record[@piped = 'true']">
        <Type>
          <Name>Mued.PsDb.<xsl:value-of select="@type"/></Name>
          <Members>
            <ScriptProperty IsHidden="true">
              <Name>Connection</Name>
              <GetScriptBlock>[Mued.PsDb.Loader.ModuleLoadContext]::View::Connection($this)</GetScriptBlock>
            </ScriptProperty>
          </Members>
        </Type>
      </xsl:for-each>
    </Types>
  </xsl:template>
</xsl:stylesheet>
